#include "base/template_text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace executus {
namespace {

bool is_word(std::string_view text, std::string_view more) {
  auto fits = [&](char c) { return is_ascii_alphanumeric(c) || c == '_' || more.find(c) != std::string_view::npos; };
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

namespace {

constexpr std::array<std::string_view, 2> kEscapes{"{{'{{'}}", "{{\"{{\"}}"};

// How long the {{ at the beginning of `text` is written that begins no name; 0: it is none of these.
std::size_t escape_length(std::string_view text) {
  for (auto escape : kEscapes)
    if (text.starts_with(escape)) return escape.size();
  return 0;
}

std::string unescaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto escape = escape_length(text);
    out += escape ? "{{" : text.substr(0, 1);
    text.remove_prefix(escape ? escape : 1);
  }
  return out;
}

}  // namespace

std::vector<TemplateName> template_names(std::string_view text, const MalformedTemplate& malformed) {
  std::vector<TemplateName> names;
  for (std::size_t open = text.find("{{"); open != std::string_view::npos;) {
    if (auto escape = escape_length(text.substr(open))) {
      open = text.find("{{", open + escape);
      continue;
    }
    std::size_t close = text.find("}}", open + 2);
    if (close == std::string_view::npos) {
      malformed(open, bad_template("a {{ has no closing }}"));
      break;
    }
    std::string_view name = trim(text.substr(open + 2, close - open - 2));
    if (name.starts_with('.')) name.remove_prefix(1);
    if (is_template_name(name))
      names.push_back({std::string(name), open, std::string(text.substr(open, close + 2 - open))});
    else
      malformed(open, bad_template("expected a name between {{ and }}, got '" + std::string(clip(name, 80)) + "'"));
    open = text.find("{{", close + 2);
  }
  return names;
}

std::optional<std::string> only_template_name(std::string_view text) {
  bool is_malformed = false;
  auto names = template_names(text, [&](std::size_t, const Error&) { is_malformed = true; });
  if (is_malformed || names.size() != 1 || names[0].token != trim(text)) return std::nullopt;
  return std::move(names[0].name);
}

Result<std::string> render_template(std::string_view text, const TemplateVariables& variables) {
  std::optional<Error> problem;
  auto names = template_names(text, [&](std::size_t, const Error& why) {
    if (!problem) problem = why;
  });
  if (problem) return *problem;
  std::string out;
  std::size_t done = 0;
  for (const auto& each : names) {
    auto variable = variables.find(each.name);
    if (variable == variables.end()) return unknown_name(each.name, variables);
    out += unescaped(text.substr(done, each.offset - done));
    out += variable->second;
    done = each.offset + each.token.size();
  }
  out += unescaped(text.substr(done));
  return out;
}

}  // namespace executus
