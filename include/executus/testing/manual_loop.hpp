// A loop on the test's own thread with a clock that moves only when told to.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include <executus/async/loop.hpp>
#include <executus/async/root_group.hpp>

namespace executus::testing {

class ManualClock final : public Clock {
 public:
  [[nodiscard]] WallTime wall() const override { return wall_; }
  [[nodiscard]] MonoTime mono() const override { return mono_; }
  [[nodiscard]] BootMoment boot_moment() const override {
    return {"boot-" + std::to_string(boots_), std::chrono::duration_cast<Milliseconds>(mono_ - booted_)};
  }
  void advance(Milliseconds by) {
    wall_ += by;
    mono_ += by;
  }
  void jump_wall(Milliseconds by) { wall_ += by; }  // as when the machine's clock is set
  void reboot() { ++boots_, booted_ = mono_; }

 private:
  WallTime wall_{std::chrono::milliseconds(1'700'000'000'000)};
  MonoTime mono_{std::chrono::hours(1)};
  MonoTime booted_{};
  int boots_ = 1;
};

// Single-threaded: tasks must not hand work to other threads. Deterministic: jobs run in the order they were posted.
class ManualLoop final : public Loop {
 public:
  ManualLoop();
  ~ManualLoop() override;

  void post(Job& job) override;
  TimerId call_at(MonoTime when, std::function<void()> callback) override;
  void cancel_timer(TimerId id) override;
  [[nodiscard]] const Clock& clock() const override { return clock_; }

  void run_ready();               // runs jobs and due timers until nothing is left to do now
  void advance(Milliseconds by);  // moves the clock, stopping at every timer on the way; runs what becomes ready
  [[nodiscard]] bool advance_to_next_timer();  // false: no timer is set
  ManualClock& manual_clock() noexcept { return clock_; }
  [[nodiscard]] std::size_t timers_rung() const noexcept { return timers_rung_; }  // so far

  // Runs `task` to its end, moving the clock to the next timer whenever nothing else can be done.
  template <class T>
  T run(Task<T> task) {
    std::promise<T> promise;
    auto future = promise.get_future();
    {
      RootGroup group(*this);
      group.spawn(executus::detail::fulfil(std::move(task), promise));
      run_ready();
      while (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready && advance_to_next_timer()) {
      }
      if (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
        group.cancel_all({Cause::shutdown, "the task waits for something that never comes"});
        run_ready();
      }
    }
    return future.get();
  }

 private:
  struct Timers;
  ManualClock clock_;
  std::deque<Job*> ready_;
  std::size_t timers_rung_ = 0;
  std::unique_ptr<Timers> timers_;
};

}  // namespace executus::testing
