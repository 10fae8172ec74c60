// Tells a service manager that this worker works: its loop runs tasks, and the worker looks through the store.
#pragma once

#include <atomic>
#include <functional>

#include <executus/async/task.hpp>
#include <executus/base/clock.hpp>

namespace executus::cli {

class Watchdog final {
 public:
  // `every`: how often the manager wants to hear of it at least. `patience`: how long the worker may take for a look.
  Watchdog(Milliseconds every, Milliseconds patience, const Clock& clock)
      : every_(every), patience_(patience), clock_(clock), looked_(clock.mono()) {}

  void looked() noexcept { looked_ = clock_.mono(); }  // any thread
  void rests() noexcept { resting_ = true; }           // any thread. It is told to look no more

  // Calls `ping` twice in each `every`, as a task of the loop that works, until it is cancelled. Not while the worker
  // has not looked for longer than its patience.
  [[nodiscard]] Task<void> watch(std::function<void()> ping);

 private:
  const Milliseconds every_;
  const Milliseconds patience_;
  const Clock& clock_;
  std::atomic<MonoTime> looked_;
  std::atomic<bool> resting_ = false;
};

}  // namespace executus::cli
