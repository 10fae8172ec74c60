#include <utility>

#include <executus/async/task_group.hpp>

namespace executus {
namespace {

// The other tasks are cancelled with the cause that ended the first one: they may be about to record how they ended.
Cancellation because_of(const std::exception_ptr& error) {
  Cancellation why{Cause::caller, "a sibling task failed"};
  try {
    std::rethrow_exception(error);
  } catch (const Cancelled& cancelled) {
    why.cause = cancelled.cause();
  } catch (...) {
    // An error of its own.
  }
  return why;
}

}  // namespace

// The coroutine that drives one spawned task. Owned by the group, so that abandoning the group destroys its frame.
struct TaskGroup::Starter {
  struct promise_type {
    TaskContext context;
    Starter get_return_object() { return Starter(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void unhandled_exception() const noexcept { std::terminate(); }
    void return_void() const noexcept {}
  };

  explicit Starter(std::coroutine_handle<promise_type> h) : handle(h) {}
  Starter(Starter&& other) noexcept : handle(std::exchange(other.handle, nullptr)) {}
  Starter& operator=(Starter&&) = delete;
  ~Starter() {
    if (handle) handle.destroy();
  }
  std::coroutine_handle<promise_type> handle;
};

TaskGroup::TaskGroup(TaskContext context) : strand_(context.strand), scope_(*context.scope) {}
TaskGroup::~TaskGroup() = default;

void TaskGroup::spawn(Task<void> task) {
  started_.remove_if([](const Starter& starter) { return starter.handle.done(); });
  started_.push_back(drive(std::move(task)));
  auto handle = started_.back().handle;
  handle.promise().context = {strand_, &scope_};
  ++running_;
  handle.resume();
}

TaskGroup::Starter TaskGroup::drive(Task<void> task) {
  std::exception_ptr error;
  try {
    co_await std::move(task);
  } catch (...) {
    error = std::current_exception();
  }
  finished(std::move(error));
}

void TaskGroup::finished(std::exception_ptr error) {
  --running_;
  if (error && !first_error_) {
    first_error_ = std::move(error);
    scope_.cancel(because_of(first_error_));
  }
  if (running_ == 0 && joiner_) joiner_->set();
}

Task<void> TaskGroup::join() {
  while (running_ > 0) {
    joiner_.emplace();
    co_await joiner_->wait_shielded();
    joiner_.reset();
  }
  if (first_error_) std::rethrow_exception(std::exchange(first_error_, nullptr));
}

}  // namespace executus
