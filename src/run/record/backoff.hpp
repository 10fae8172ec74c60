// How long to wait before what failed is tried again.
#pragma once

#include <algorithm>

#include <executus/base/clock.hpp>

namespace executus::run {

// After `failures` in a row, 1 or more: 500 ms, doubled each time, at most 30 s.
[[nodiscard]] inline Milliseconds backoff(int failures) {
  return std::min(Milliseconds(30'000), Milliseconds(500) * (1 << std::clamp(failures - 1, 0, 10)));
}

}  // namespace executus::run
