// Waits that double with each failure.
#pragma once

#include <algorithm>
#include <cstdint>

#include <executus/base/clock.hpp>

namespace executus {

// After `failures` in a row, 1 or more: `first`, doubled each time, at most `longest`. `first` is at most an hour.
[[nodiscard]] inline Milliseconds doubled(Milliseconds first, int failures, Milliseconds longest) {
  constexpr int kMostDoublings = 20;
  return std::min(longest, first * (std::int64_t{1} << std::clamp(failures - 1, 0, kMostDoublings)));
}

}  // namespace executus
