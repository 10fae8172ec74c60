#include <utility>

#include <executus/async/timing.hpp>

namespace executus {

Task<void> sleep_until(MonoTime when) {
  TaskContext context = co_await this_task();
  Loop& loop = context.strand->loop();
  OneShot<> woken;
  TimerId timer = loop.call_at(when, [woken] { woken.set(); });
  try {
    co_await woken.wait();
  } catch (...) {
    loop.cancel_timer(timer);
    throw;
  }
}

Task<void> sleep_for(Milliseconds duration) {
  TaskContext context = co_await this_task();
  co_await sleep_until(later(context.strand->loop().clock().mono(), duration));
}

// Null once the Deadline is gone. Read and written on the strand only.
struct Deadline::Target {
  CancelScope* scope;
  std::string detail;
};

Deadline::Deadline(TaskContext where, CancelScope& scope, MonoTime when, std::string detail)
    : strand_(where.strand->shared_from_this()),
      target_(std::make_shared<Target>(Target{&scope, std::move(detail)})),
      when_(when) {
  arm();
}

Deadline::~Deadline() {
  strand_->loop().cancel_timer(timer_);
  target_->scope = nullptr;
}

void Deadline::move_to(MonoTime when) {
  strand_->loop().cancel_timer(timer_);
  auto fresh = std::make_shared<Target>(*target_);
  target_->scope = nullptr;
  target_ = std::move(fresh);
  when_ = when;
  arm();
}

void Deadline::arm() {
  timer_ = strand_->loop().call_at(when_, [strand = strand_, target = target_] {
    strand->post([target] {
      if (target->scope) target->scope->cancel({Cause::deadline, target->detail});
    });
  });
}

}  // namespace executus
