// Arithmetic on decimals, exactly: no rounding on the way, and nothing is executed. Pure.
#pragma once

#include <string>
#include <string_view>

#include <executus/base/result.hpp>

namespace executus::tools {

// The value of an expression of + - * / ^, brackets and abs, ceil, floor, max, min, mod, round: as a decimal when it is
// one ("0.3" for 0.1 + 0.2), else rounded to 40 digits and with the fraction that it is. Error calculate.expression,
// for the author of the expression: what is not understood (units, separators, per cent) and where, a division by zero,
// a number that has too many digits. Bounded work.
[[nodiscard]] Result<std::string> calculate(std::string_view expression);

}  // namespace executus::tools
