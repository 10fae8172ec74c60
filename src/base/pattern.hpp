// Regular expressions from other people's schemas: no input makes them backtrack for ever or exhaust the stack.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace executus {

enum class PatternMatch { yes, no, too_long };

// An ECMAScript pattern, found anywhere in a text. Both are UTF-8: `.` is a character, not a byte. Immutable, cheap to
// copy.
class Pattern {
 public:
  // Not ok() when the text is no pattern, needs backtracking (back-references), or is too big.
  explicit Pattern(std::string_view ecmascript);
  ~Pattern();
  Pattern(const Pattern&);
  Pattern& operator=(const Pattern&);

  [[nodiscard]] bool ok() const noexcept { return compiled_ != nullptr; }

  // Any thread. Precondition: ok(). too_long: the time it would take is out of proportion.
  [[nodiscard]] PatternMatch search(std::string_view text) const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

// About how many automaton states a pattern needs, counted repetitions ({3,7}) multiplied out.
[[nodiscard]] std::size_t pattern_cost(std::string_view pattern);

}  // namespace executus
