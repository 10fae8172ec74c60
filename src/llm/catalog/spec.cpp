#include <executus/llm/spec.hpp>

#include "base/text.hpp"
#include "llm/catalog/spec_text.hpp"

namespace executus::llm {

Result<ModelSpec> parse_spec(std::string_view text) {
  text = trim(text);
  if (text.find("://") != std::string_view::npos)
    return no_spec("a model spec holds no URL: put the server's address into LLM_<NAME>=openai://host/v1");
  if (text.find(',') != std::string_view::npos)
    return no_spec("'" + std::string(text) + "' names several models where one is expected");
  auto parts = split_parameters(text);
  if (!parts) return parts.error();
  auto slash = parts->name.find('/');
  if (slash == std::string::npos) return no_spec("'" + parts->name + "' is no model spec");
  ModelSpec spec{parts->name.substr(0, slash), parts->name.substr(slash + 1), std::move(parts->parameters)};
  if (!is_spec_word(spec.provider)) return no_spec("'" + parts->name + "' does not begin with the name of a provider");
  if (spec.id.empty()) return no_spec("'" + parts->name + "' names no model of the provider '" + spec.provider + "'");
  return spec;
}

std::string to_string(const ModelChain& chain) {
  std::string text;
  for (const auto& spec : chain) text += (text.empty() ? "" : ",") + to_string(spec);
  return text;
}

std::string target_of(const ModelSpec& spec) { return spec.provider + "/" + spec.id; }

std::string to_string(const ModelSpec& spec) { return target_of(spec) + to_string(spec.parameters); }

}  // namespace executus::llm
