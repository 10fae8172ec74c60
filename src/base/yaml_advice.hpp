// What to do about a YAML error, where its line tells: the parser's own words name the rule that was broken.
#pragma once

#include <string>
#include <string_view>

namespace executus {

// "; ..." or "". `line` is the one the parser stopped in, counted from 1.
[[nodiscard]] std::string yaml_advice(std::string_view text, int line);

}  // namespace executus
