// A run that is told to leave stops at its next step boundary, and what is in the middle of a call may go on for a
// while: a model that answers, a tool that works.
#pragma once

#include <memory>
#include <utility>

#include <executus/async/cancel.hpp>
#include <executus/async/start_permit.hpp>
#include <executus/async/task.hpp>

namespace executus::run {

// A scope that a shutdown of the surrounding one reaches only with the scope that it names
// (Cancellation::calls_end_with); every other cause at once. What has not begun by then never begins, and ends at once
// too: its permit (may be null: it has begun) is withdrawn in the step that cancels.
class GraceScope final : private CancelListener {
 public:
  // On the strand of `surrounding`, which outlives this.
  explicit GraceScope(CancelScope& surrounding, std::shared_ptr<StartPermit> permit = nullptr)
      : permit_(std::move(permit)) {
    follow(surrounding);
  }

  [[nodiscard]] CancelScope& scope() noexcept { return scope_; }

 private:
  void follow(CancelScope& surrounding) noexcept {
    if (surrounding.cancelled())
      on_cancel(*surrounding.why());
    else
      surrounding.attach(*this);
  }
  void on_cancel(const Cancellation& why) noexcept override {
    bool unsent = permit_ && permit_->withdraw();
    if (unsent || why.cause != Cause::shutdown || !why.calls_end_with) return scope_.cancel(why);
    follow(*why.calls_end_with);
  }

  const std::shared_ptr<StartPermit> permit_;
  CancelScope scope_;
};

// Runs `task` in a GraceScope.
template <class T>
[[nodiscard]] Task<T> with_grace(std::shared_ptr<StartPermit> permit, Task<T> task) {
  TaskContext context = co_await this_task();
  GraceScope grace(*context.scope, std::move(permit));
  TaskContext inner{context.strand, &grace.scope()};
  co_return co_await std::move(task).in(inner);
}

}  // namespace executus::run
