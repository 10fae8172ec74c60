#include <algorithm>

#include <executus/llm/spec.hpp>

#include "base/text.hpp"

namespace executus::llm {
namespace {

constexpr std::string_view kForm = "write it as provider/model, for example openai/gpt-5.4-mini?effort=none";

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

Error no_spec(const std::string& why) { return failed("model.spec", why + "; " + std::string(kForm)); }

}  // namespace

// Ids may hold a '?' of their own: only what reads like parameters is taken for them.
Result<NameAndEffort> split_effort(std::string_view text) {
  NameAndEffort parts{std::string(text), {}};
  auto mark = text.rfind('?');
  if (mark == std::string_view::npos) return parts;
  auto parameters = text.substr(mark + 1);
  auto equals = parameters.find('=');
  if (equals == std::string_view::npos) return parts;
  auto key = parameters.substr(0, equals), value = parameters.substr(equals + 1);
  if (key != "effort")
    return no_spec("the model '" + std::string(text) + "' has an unknown parameter '" + std::string(key) +
                   "'; the only one is effort");
  if (!is_word(value))
    return no_spec("the effort of the model '" + std::string(text) + "' is no word like low or high");
  return NameAndEffort{std::string(text.substr(0, mark)), std::string(value)};
}

Result<ModelSpec> parse_spec(std::string_view text) {
  text = trim(text);
  if (text.find("://") != std::string_view::npos)
    return no_spec("a model spec holds no URL: put the server's address into LLM_<NAME>=openai://host/v1");
  if (text.find(',') != std::string_view::npos)
    return no_spec("'" + std::string(text) + "' names several models where one is expected");
  auto parts = split_effort(text);
  if (!parts) return parts.error();
  auto slash = parts->name.find('/');
  if (slash == std::string::npos) return no_spec("'" + parts->name + "' is no model spec");
  ModelSpec spec{parts->name.substr(0, slash), parts->name.substr(slash + 1), std::move(parts->effort)};
  if (!is_word(spec.provider)) return no_spec("'" + parts->name + "' does not begin with the name of a provider");
  if (spec.id.empty()) return no_spec("'" + parts->name + "' names no model of the provider '" + spec.provider + "'");
  return spec;
}

std::string to_string(const ModelChain& chain) {
  std::string text;
  for (const auto& spec : chain) text += (text.empty() ? "" : ",") + to_string(spec);
  return text;
}

std::string target_of(const ModelSpec& spec) { return spec.provider + "/" + spec.id; }

std::string to_string(const ModelSpec& spec) {
  return spec.effort.empty() ? target_of(spec) : target_of(spec) + "?effort=" + spec.effort;
}

}  // namespace executus::llm
