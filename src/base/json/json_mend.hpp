// Repairs JSON of programs that do not keep to its rules.
#pragma once

#include <string>
#include <string_view>

namespace executus {

// Follows a JSON text piece by piece and writes raw control characters in its strings as escapes, since their meaning
// is certain.
class ControlEscaper {
 public:
  [[nodiscard]] std::string feed(std::string_view piece);

 private:
  bool in_string_ = false;
  bool escaped_ = false;  // the last character was a backslash in a string
};

// Numbers that no double holds: parsers of mended text take them for NaN.
inline constexpr std::string_view kNanLiteral = "9e99999";

// A whole text, mended further: NaN and infinities become numbers that overflow, surrogates without a partner the bytes
// that UTF-8 would have for them. What is beyond repair stays as it is.
[[nodiscard]] std::string mended_json(std::string_view text);

}  // namespace executus
