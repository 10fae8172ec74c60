// The ${VAR} of a declared tool.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/environment.hpp>

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

}  // namespace executus::tools
