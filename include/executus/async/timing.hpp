// Waiting and time limits. Times are the loop's monotonic clock, which tests own.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <executus/async/one_shot.hpp>
#include <executus/async/task.hpp>

namespace executus {

// Returns at `when`; ends earlier with Cancelled when the scope is cancelled.
[[nodiscard]] Task<void> sleep_until(MonoTime when);
[[nodiscard]] Task<void> sleep_for(Milliseconds duration);

// Cancels `scope` with Cause::deadline at a time, unless destroyed or moved before. On the scope's strand.
class Deadline final {
 public:
  Deadline(TaskContext where, CancelScope& scope, MonoTime when, std::string detail);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  void move_to(MonoTime when);
  [[nodiscard]] MonoTime when() const noexcept { return when_; }

 private:
  struct Target;
  void arm();
  std::shared_ptr<Strand> strand_;
  std::shared_ptr<Target> target_;  // shared with the timer's callback, which may be on its way when this is destroyed
  MonoTime when_;
  std::string detail_;
  TimerId timer_ = 0;
};

// Runs `task` in a scope of its own that is cancelled at `when`. Throws Cancelled{deadline} when time ran out first.
template <class T>
[[nodiscard]] Task<T> with_deadline(MonoTime when, Task<T> task, std::string detail) {
  TaskContext context = co_await this_task();
  CancelScope scope(*context.scope);
  Deadline deadline(context, scope, when, std::move(detail));
  TaskContext inner{context.strand, &scope};
  co_return co_await std::move(task).in(inner);
}

// Runs `task` where no cancellation of the surrounding scope reaches it, for at most `limit`.
template <class T>
[[nodiscard]] Task<T> detached_for(Milliseconds limit, Task<T> task, std::string detail) {
  TaskContext context = co_await this_task();
  CancelScope scope;
  Deadline deadline(context, scope, later(context.strand->loop().clock().mono(), limit), std::move(detail));
  TaskContext inner{context.strand, &scope};
  co_return co_await std::move(task).in(inner);
}

}  // namespace executus
