#include "base/template_text.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace executus {
namespace {

bool is_word(std::string_view text, std::string_view more) {
  auto fits = [&](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           more.find(c) != std::string_view::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

// An identifier, then any number of parts such as ".service-name".
bool is_template_name(std::string_view name) {
  std::vector<std::string_view> parts = split(name, '.');
  bool rest = std::all_of(parts.begin() + 1, parts.end(), [](std::string_view part) { return is_word(part, "-"); });
  return is_template_identifier(parts[0]) && rest;
}

Error bad_template(const std::string& what) {
  return failed("template.malformed", "expanding a template failed: " + what);
}

Error unknown_name(std::string_view name, const TemplateVariables& variables) {
  std::vector<std::string_view> known;
  for (const auto& variable : variables) known.push_back(variable.first);
  return bad_template("nothing is named '" + std::string(clip(name, 80)) + "' here" + did_you_mean(name, known));
}

}  // namespace

bool is_template_identifier(std::string_view name) { return is_word(name, "") && !(name[0] >= '0' && name[0] <= '9'); }

Result<std::string> render_template(std::string_view text, const TemplateVariables& variables) {
  std::string out;
  for (;;) {
    std::size_t open = text.find("{{");
    out += text.substr(0, open);
    if (open == std::string_view::npos) return out;
    text.remove_prefix(open + 2);
    std::size_t close = text.find("}}");
    if (close == std::string_view::npos) return bad_template("a {{ has no closing }}");
    std::string_view name = trim(text.substr(0, close));
    if (name.starts_with('.')) name.remove_prefix(1);
    if (!is_template_name(name))
      return bad_template("expected a name between {{ and }}, got '" + std::string(clip(name, 80)) + "'");
    auto variable = variables.find(name);
    if (variable == variables.end()) return unknown_name(name, variables);
    out += variable->second;
    text.remove_prefix(close + 2);
  }
}

}  // namespace executus
