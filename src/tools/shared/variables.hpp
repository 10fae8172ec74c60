// The ${VAR} of a declared tool.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/environment.hpp>

#include "base/variable_references.hpp"

namespace executus::tools {

// Adds why `text` cannot be expanded now, once.
inline void add_missing(std::vector<std::string>& missing, std::string_view text, const Environment& environment) {
  auto expanded = expand_variables(text, environment);
  if (expanded.ok()) return;
  auto why = expanded.error().message();
  if (std::ranges::find(missing, why) == missing.end()) missing.push_back(std::move(why));
}

inline void add_missing(std::vector<std::string>& missing, const std::map<std::string, std::string>& texts,
                        const Environment& environment) {
  for (const auto& [name, text] : texts) add_missing(missing, text, environment);
}

// Adds the variables of `text` with values that do not fit `place` ("header 'X-Api-Key'"), where the text is sent.
inline void add_unsendable(std::vector<std::string>& found, const std::string& place, std::string_view text,
                           bool (*fits)(std::string_view), const Environment& environment) {
  for (const auto& variable : variable_references(text)) {
    auto value = expand_variables(variable.whole, environment);
    if (value.ok() && !fits(*value))
      found.push_back("the value of variable " + std::string(variable.name) +
                      " has a line break or another character that " + place + " cannot carry; set it without");
  }
}

}  // namespace executus::tools
