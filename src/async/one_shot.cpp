#include <utility>

#include <executus/async/one_shot.hpp>

namespace executus::detail {

bool WaitState::suspend(std::coroutine_handle<> waiter, TaskContext context, bool cancellable) {
  std::lock_guard lock(mutex_);
  if (done_) return false;
  if (cancellable && context.scope->cancelled()) {
    cancelled_ = context.scope->why();
    return false;
  }
  waiter_ = waiter;
  strand_ = context.strand->shared_from_this();
  resume_.state = this;
  resume_.run = [](Job* job) noexcept { static_cast<Resume*>(job)->state->resume(); };
  if (cancellable) context.scope->attach(*this);
  return true;
}

void WaitState::abandon() noexcept {
  std::lock_guard lock(mutex_);
  detach();
  waiter_ = nullptr;
}

void WaitState::throw_cancelled() const { throw Cancelled(*cancelled_); }

void WaitState::wake(std::unique_lock<std::mutex> lock) {
  done_ = true;
  if (waiter_ && !posted_) post_resume(std::move(lock));
}

void WaitState::on_cancel(const Cancellation& why) noexcept {
  std::unique_lock lock(mutex_);
  if (posted_) return;
  cancelled_ = why;
  post_resume(std::move(lock));
}

void WaitState::post_resume(std::unique_lock<std::mutex> lock) {
  posted_ = true;
  self_ = shared_from_this();
  auto strand = strand_;
  lock.unlock();
  strand->post(resume_);
}

// On the strand. The waiter's frame may be destroyed by now (abandon); then there is nothing to resume.
void WaitState::resume() noexcept {
  std::unique_lock lock(mutex_);
  auto keep = std::exchange(self_, nullptr);
  detach();
  auto waiter = std::exchange(waiter_, nullptr);
  lock.unlock();
  if (waiter) waiter.resume();
}

}  // namespace executus::detail
