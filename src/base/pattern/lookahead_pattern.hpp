// The regular expressions that RE2 cannot express: those with look-ahead, and with counts above 1000.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/pattern/pattern.hpp"

namespace executus {

// As Pattern (pattern.hpp), on std::regex. It is slow and recurses over the pattern, so patterns have a cost and texts
// a length that goes with it.
class LookaheadPattern {
 public:
  // Not ok() also when the pattern has a \p{...}.
  explicit LookaheadPattern(std::string_view ecmascript);

  [[nodiscard]] bool ok() const noexcept { return compiled_ != nullptr; }

  // Any thread. Precondition: ok().
  [[nodiscard]] PatternMatch search(std::string_view text) const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

// About how many automaton states a pattern needs, counted repetitions ({3,7}) multiplied out.
[[nodiscard]] std::size_t pattern_cost(std::string_view pattern);

}  // namespace executus
