// Tasks that run side by side on one strand and end together. join() waits for all; the first failure cancels the
// others (with its own cause when it is a Cancelled, else as `caller`) and is thrown by join(). Destroying a group that
// was not joined abandons its tasks where they stand.
#pragma once

#include <cstddef>
#include <exception>
#include <list>
#include <optional>

#include <executus/async/one_shot.hpp>
#include <executus/async/task.hpp>

namespace executus {

class TaskGroup final {
 public:
  // `context` is the owning task's (co_await this_task()).
  explicit TaskGroup(TaskContext context);
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts `task` at once, up to its first wait. On the strand, like every method.
  void spawn(Task<void> task);

  [[nodiscard]] Task<void> join();

  void cancel(Cancellation why) { scope_.cancel(std::move(why)); }
  [[nodiscard]] std::size_t running() const noexcept { return running_; }

 private:
  struct Starter;
  Starter drive(Task<void> task);
  void finished(std::exception_ptr error);

  Strand* strand_;
  CancelScope scope_;
  std::list<Starter> started_;
  std::size_t running_ = 0;
  std::exception_ptr first_error_;
  std::optional<OneShot<>> joiner_;
};

}  // namespace executus
