#include "run/worker/bell.hpp"

#include <utility>

namespace executus::run {
namespace {

// Rings at a time, unless destroyed before.
class Alarm final {
 public:
  Alarm(Loop& loop, MonoTime when, OneShot<> rings) : loop_(loop) {
    if (when != MonoTime::max()) timer_ = loop.call_at(when, [rings] { rings.set(); });
  }
  ~Alarm() {
    if (timer_) loop_.cancel_timer(*timer_);
  }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

 private:
  Loop& loop_;
  std::optional<TimerId> timer_;
};

}  // namespace

void Bell::ring() {
  std::lock_guard lock(mutex_);
  rung_ = true;
  if (sleeper_) sleeper_->set();
}

std::optional<OneShot<>> Bell::next_ring() {
  std::lock_guard lock(mutex_);
  sleeper_.reset();
  if (std::exchange(rung_, false)) return std::nullopt;
  return sleeper_.emplace();
}

Task<void> Bell::wait(MonoTime when, Cancelling cancelling) {
  TaskContext context = co_await this_task();
  auto ring = next_ring();
  if (!ring) co_return;
  Alarm alarm(context.strand->loop(), when, *ring);
  if (cancelling == Cancelling::ends_it)
    co_await ring->wait();
  else
    co_await ring->wait_shielded();
  (void)next_ring();
}

Task<void> Bell::wait_until(MonoTime when) { return wait(when, Cancelling::ends_it); }
Task<void> Bell::wait_until_shielded(MonoTime when) { return wait(when, Cancelling::is_not_heard); }

}  // namespace executus::run
