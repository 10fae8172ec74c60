#include <executus/testing/manual_loop.hpp>

#include "async/timer_queue.hpp"

namespace executus::testing {

struct ManualLoop::Timers {
  TimerQueue queue;
};

ManualLoop::ManualLoop() : timers_(std::make_unique<Timers>()) {}
ManualLoop::~ManualLoop() = default;

void ManualLoop::post(Job& job) { ready_.push_back(&job); }

TimerId ManualLoop::call_at(MonoTime when, std::function<void()> callback) {
  return timers_->queue.add(when, std::move(callback));
}

void ManualLoop::cancel_timer(TimerId id) { timers_->queue.remove(id); }

void ManualLoop::run_ready() {
  for (;;) {
    if (auto callback = timers_->queue.take_due(clock_.mono())) {
      ++timers_rung_;
      callback();
    } else if (!ready_.empty()) {
      Job* job = ready_.front();
      ready_.pop_front();
      job->run(job);
    } else {
      return;
    }
  }
}

void ManualLoop::advance(Milliseconds by) {
  MonoTime target = clock_.mono() + by;
  run_ready();
  for (auto next = timers_->queue.earliest(); next && *next <= target; next = timers_->queue.earliest())
    if (!advance_to_next_timer()) break;
  clock_.advance(std::chrono::ceil<Milliseconds>(target - clock_.mono()));
  run_ready();
}

bool ManualLoop::advance_to_next_timer() {
  auto next = timers_->queue.earliest();
  if (!next) return false;
  if (*next > clock_.mono()) clock_.advance(std::chrono::ceil<Milliseconds>(*next - clock_.mono()));
  run_ready();
  return true;
}

}  // namespace executus::testing
