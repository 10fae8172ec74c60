// Regular expressions from other people's schemas: no input makes them backtrack for ever or exhaust the stack.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace executus {

enum class PatternMatch { yes, no, too_long };

// An ECMAScript pattern as it is with the flag u, found anywhere in a text. Both are UTF-8: `.` is a character, not a
// byte. Immutable, cheap to copy. RE2 searches, in time that is linear in the text; where it cannot express a pattern
// (look-ahead, counts above 1000), std::regex does, for patterns and texts of moderate size.
class Pattern {
 public:
  // Not ok() when the text is no pattern, has back references or look-behind, or is too big.
  explicit Pattern(std::string_view ecmascript);

  [[nodiscard]] bool ok() const noexcept { return compiled_ != nullptr; }

  // Any thread. Precondition: ok(). too_long: the time it would take is out of proportion.
  [[nodiscard]] PatternMatch search(std::string_view text) const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace executus
