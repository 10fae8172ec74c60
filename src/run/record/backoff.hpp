// How long to wait before what failed is tried again.
#pragma once

#include <algorithm>
#include <cstdint>

#include <executus/base/clock.hpp>

namespace executus::run {

// After `failures` in a row, 1 or more: `first`, doubled each time, at most `longest`. `first` is at most an hour.
[[nodiscard]] inline Milliseconds doubled(Milliseconds first, int failures, Milliseconds longest) {
  constexpr int kMostDoublings = 20;
  return std::min(longest, first * (std::int64_t{1} << std::clamp(failures - 1, 0, kMostDoublings)));
}

[[nodiscard]] inline Milliseconds backoff(int failures) {
  return doubled(Milliseconds(500), failures, Milliseconds(30'000));
}

}  // namespace executus::run
