// Port: the threads that run tasks, and the timers that wake them. The shipped one stands on Boost.Asio (make_loop);
// tests use a single-threaded one with a manual clock (testing/manual_loop.hpp).
//
// Threads: every method from any thread. Nothing posted may throw.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <executus/base/clock.hpp>

namespace executus {

// A unit of work that is linked into a queue without an allocation. The owner keeps it alive until it has run, and does
// not post it again before that.
struct Job {
  void (*run)(Job*) noexcept = nullptr;
  Job* next = nullptr;
};

using TimerId = std::uint64_t;

class Loop {
 public:
  virtual ~Loop() = default;

  // Runs `job` soon on one of the loop's threads.
  virtual void post(Job& job) = 0;

  // Calls `callback` once on a loop thread, at `when` or soon after.
  virtual TimerId call_at(MonoTime when, std::function<void()> callback) = 0;

  // After this the callback does not start; one that has started on another thread may still be running.
  virtual void cancel_timer(TimerId id) = 0;

  [[nodiscard]] virtual const Clock& clock() const = 0;

  // Whether the calling thread is one of the loop's: to block it would stop what it waits for.
  [[nodiscard]] virtual bool runs_here() const noexcept { return false; }
};

// A loop on `threads` threads of its own (0: one per core). Its destructor runs what is posted, drops the timers, and
// joins them; tasks that still wait must have been joined before.
[[nodiscard]] std::unique_ptr<Loop> make_loop(unsigned threads = 0);

}  // namespace executus
