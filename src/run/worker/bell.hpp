// Wakes one task that sleeps, from any thread. A ring while the task is awake is kept: it does not sleep then.
#pragma once

#include <mutex>
#include <optional>

#include <executus/async/one_shot.hpp>

namespace executus::run {

class Bell final {
 public:
  void ring();  // any thread

  // Returns at the next ring, or at `when`. One task at a time. Throws Cancelled. The bell outlives the wait.
  [[nodiscard]] Task<void> wait_until(MonoTime when);
  [[nodiscard]] Task<void> wait_until_shielded(MonoTime when);  // cancellation does not end it

 private:
  enum class Cancelling { ends_it, is_not_heard };
  Task<void> wait(MonoTime when, Cancelling cancelling);
  // Nothing: it has rung.
  std::optional<OneShot<>> next_ring();

  std::mutex mutex_;
  bool rung_ = false;
  std::optional<OneShot<>> sleeper_;
};

}  // namespace executus::run
