#include <algorithm>
#include <cstdlib>
#include <utility>

#include <unistd.h>

#include <executus/base/environment.hpp>

#include "base/ascii.hpp"

namespace executus {
namespace {

class ProcessEnvironment final : public Environment {
 public:
  std::optional<std::string> get(std::string_view name) const override {
    const char* value = std::getenv(std::string(name).c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  }

  std::vector<std::string> names_with_prefix(std::string_view prefix) const override {
    std::vector<std::string> names;
    for (char** entry = environ; entry && *entry; ++entry) {
      std::string_view variable = *entry;
      std::string_view name = variable.substr(0, variable.find('='));
      if (name.starts_with(prefix)) names.emplace_back(name);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }
};

bool is_variable_name(std::string_view name) {
  auto letter = [](char c) { return is_ascii_letter(c) || c == '_'; };
  if (name.empty() || !letter(name[0])) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || is_ascii_digit(c); });
}

Error bad_variable(std::string message) { return failed("config.variable", std::move(message)); }

// The text that stands for what is between "${" and "}".
Result<std::string> variable_value(std::string_view inside, const Environment& environment) {
  std::size_t separator = inside.find(":-");
  std::string name(inside.substr(0, separator));
  if (!is_variable_name(name))
    return bad_variable(
        "expanding variables failed: expected ${NAME} or ${NAME:-default} with a NAME of letters, digits and _; write "
        "$${ for a literal ${");
  std::optional<std::string> value = environment.get(name);
  if (separator == std::string_view::npos) {
    if (value) return *value;
    return bad_variable("variable " + name + " is not set; set it or give a default as in ${" + name + ":-default}");
  }
  if (value && !value->empty()) return *value;
  std::string_view fallback = inside.substr(separator + 2);
  if (fallback.find("${") != std::string_view::npos)
    return bad_variable("expanding variable " + name + " failed: its default holds another ${, which is not supported");
  return std::string(fallback);
}

}  // namespace

const Environment& process_environment() {
  static const ProcessEnvironment environment;
  return environment;
}

std::optional<std::string> FixedEnvironment::get(std::string_view name) const {
  auto found = variables_.find(name);
  return found == variables_.end() ? std::nullopt : std::optional<std::string>(found->second);
}

std::vector<std::string> FixedEnvironment::names_with_prefix(std::string_view prefix) const {
  std::vector<std::string> names;
  for (auto it = variables_.lower_bound(prefix); it != variables_.end() && it->first.starts_with(prefix); ++it)
    names.push_back(it->first);
  return names;
}

Result<std::string> expand_variables(std::string_view text, const Environment& environment) {
  std::string out;
  for (;;) {
    std::size_t start = text.find("${");
    out += text.substr(0, start);
    if (start == std::string_view::npos) return out;
    text.remove_prefix(start + 2);
    if (!out.empty() && start > 0 && out.back() == '$') {  // $${
      out += '{';
      continue;
    }
    std::size_t end = text.find('}');
    if (end == std::string_view::npos)
      return bad_variable("expanding variables failed: a ${ has no closing }; write $${ for a literal ${");
    Result<std::string> value = variable_value(text.substr(0, end), environment);
    if (!value) return value.error();
    out += *value;
    text.remove_prefix(end + 1);
  }
}

}  // namespace executus
