#include "tools/program/program_environment.hpp"

#include <algorithm>

namespace executus::tools {
namespace {

using Variables = std::map<std::string, std::string>;

bool is_locale(const std::string& name) { return name == "LANG" || name.starts_with("LC_"); }

// Without LC_ALL, which would overrule a declared LANG.
Variables inherited(const Environment& environment, const Variables& declared) {
  Variables variables;
  for (const char* name : {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ"})
    if (auto value = environment.get(name)) variables[name] = *value;
  bool own_locale = std::ranges::any_of(declared, [](const auto& each) { return is_locale(each.first); });
  if (own_locale) variables.erase("LC_ALL");
  return variables;
}

}  // namespace

std::vector<std::string> program_environment(const Environment& environment, const Variables& declared,
                                             const Variables& own) {
  auto variables = inherited(environment, declared);
  for (const auto& [name, value] : declared) variables[name] = expand_variables(value, environment).value();
  for (const auto& [name, value] : own) variables[name] = value;
  std::vector<std::string> list;
  for (const auto& [name, value] : variables) list.push_back(name + "=" + value);
  return list;
}

}  // namespace executus::tools
