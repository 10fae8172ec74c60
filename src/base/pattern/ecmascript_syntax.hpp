// ECMAScript's regular expressions (ECMA-262) in the syntax of RE2. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace executus {

enum class Ecmascript {
  regular,      // RE2 has the same
  looks_ahead,  // it has look-ahead, which RE2 has not
  refused       // back references, look-behind, and what is an error with ECMAScript's flag u
};

struct Re2Syntax {
  Ecmascript kind = Ecmascript::refused;
  std::string expression;  // of a regular one
};

// What differs is written out: `.` and `\s` by ECMA-262 (white space is Unicode's, `\d` and `\w` are ASCII), `\u00e4`,
// `\cJ`, `[^]`, names of groups, brackets in a set, `\B`, which RE2 finds within characters.
[[nodiscard]] Re2Syntax re2_syntax(std::string_view ecmascript);

// The same for std::regex, which has look-ahead: what stands for a character is the character itself. `.`, `\s` and
// `\S` stay. Nothing: the pattern is refused, or has a \p{...}, of which std::regex knows none.
[[nodiscard]] std::optional<std::string> std_syntax(std::string_view ecmascript);

// A pattern of std_syntax with `\s` and `\S` written out, for engines that take them for ASCII's. In a set `\S` stays.
[[nodiscard]] std::string with_white_space(std::string_view ecmascript);

}  // namespace executus
