#include "cli/service/watchdog.hpp"

#include <algorithm>

#include <executus/async/timing.hpp>

namespace executus::cli {

Task<void> Watchdog::watch(std::function<void()> ping) {
  try {
    for (;;) {
      if (resting_ || clock_.mono() - looked_.load() <= patience_) ping();
      co_await sleep_for(std::max(every_ / 2, Milliseconds(1)));
    }
  } catch (const Cancelled&) {  // the worker has ended
  }
}

}  // namespace executus::cli
