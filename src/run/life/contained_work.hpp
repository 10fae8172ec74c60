// Work about a run after its loop, or instead of it: a port that fails or hangs then keeps nothing else from being
// done.
#pragma once

#include <executus/base/ids.hpp>

#include "async/contained.hpp"

namespace executus::run {

inline constexpr Milliseconds kContainedLimit{10'000};

// Does `work`, whether or not the run was cancelled, for 10 s at most. That it failed is logged.
[[nodiscard]] inline Task<void> contained_work(Task<void> work, const char* what, const RunId& run, Logger& logger) {
  return contained_for(kContainedLimit, std::move(work), what,
                       {logger, LogLevel::error, "run " + run.str() + ": " + what + " failed"});
}

}  // namespace executus::run
