// Advice about a YAML error, where its line shows the cause: the parser's message only names the broken rule.
#pragma once

#include <string>
#include <string_view>

namespace executus {

// "; ..." or "". `line` is the one the parser stopped in, counted from 1.
[[nodiscard]] std::string yaml_advice(std::string_view text, int line);

}  // namespace executus
