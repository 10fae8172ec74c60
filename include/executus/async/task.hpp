// Task<T>: a coroutine that starts when it is awaited, and when it ends resumes the coroutine that awaits it (symmetric
// transfer: no stack growth).
//
// A task runs on the strand and in the cancel scope of the task that awaits it. At most one coroutine awaits it, once.
// Destroying a task that waits abandons it: its frame is destroyed where it stands, its waits are withdrawn.
#pragma once

#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include <executus/async/cancel.hpp>
#include <executus/async/strand.hpp>

namespace executus {

// Where a task runs and what can cancel it.
struct TaskContext {
  Strand* strand = nullptr;
  CancelScope* scope = nullptr;
};

template <class T = void>
class Task;

namespace detail {

struct FinalAwaiter {
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) const noexcept {
    return self.promise().continuation;
  }
  void await_resume() const noexcept {}
};

struct PromiseBase {
  TaskContext context;
  std::coroutine_handle<> continuation = std::noop_coroutine();
  std::exception_ptr error;

  std::suspend_always initial_suspend() const noexcept { return {}; }
  FinalAwaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { error = std::current_exception(); }
};

// Room for a result, in the frame when it is small: a task that waits should not hold room for a large one.
template <class T, bool kSmall = (sizeof(T) <= 64)>
struct ResultSlot {
  std::optional<T> value;
  template <class U>
  void set(U&& result) {
    value.emplace(std::forward<U>(result));
  }
};
template <class T>
struct ResultSlot<T, false> {
  std::unique_ptr<T> value;
  template <class U>
  void set(U&& result) {
    value = std::make_unique<T>(std::forward<U>(result));
  }
};

template <class T>
struct TaskPromise : PromiseBase {
  ResultSlot<T> slot;

  Task<T> get_return_object() noexcept;
  template <class U>
  void return_value(U&& result) {
    slot.set(std::forward<U>(result));
  }
  T& result() {
    if (error) std::rethrow_exception(error);
    return *slot.value;
  }
  T take() { return std::move(result()); }
};

template <>
struct TaskPromise<void> : PromiseBase {
  Task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void result() const {
    if (error) std::rethrow_exception(error);
  }
  void take() const { result(); }
};

}  // namespace detail

template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::TaskPromise<T>;

  Task() = default;
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      reset();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~Task() { reset(); }

  explicit operator bool() const noexcept { return handle_ != nullptr; }

  // Runs it in `context` instead of the awaiting task's. Before it is awaited.
  Task&& in(TaskContext context) && noexcept {
    handle_.promise().context = context;
    return std::move(*this);
  }

  auto operator co_await() && noexcept { return Awaiter{handle_}; }

  // The result stays in the task: the awaiting coroutine's frame needs no room for it meanwhile.
  auto operator co_await() & noexcept { return KeepingAwaiter{{handle_}}; }

 private:
  friend promise_type;
  struct Awaiter {
    std::coroutine_handle<promise_type> task;
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> parent) const noexcept {
      auto& own = task.promise();
      if (own.context.strand == nullptr) own.context = parent.promise().context;
      own.continuation = parent;
      return task;
    }
    T await_resume() const { return task.promise().take(); }
  };
  struct KeepingAwaiter : Awaiter {
    decltype(auto) await_resume() const { return this->task.promise().result(); }
  };
  explicit Task(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
  void reset() noexcept {
    if (handle_) std::exchange(handle_, nullptr).destroy();
  }

  std::coroutine_handle<promise_type> handle_;
};

template <class T>
Task<T> detail::TaskPromise<T>::get_return_object() noexcept {
  return Task<T>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}
inline Task<void> detail::TaskPromise<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

// co_await this_task(): the context the coroutine runs in. Does not suspend.
struct ThisTask {
  TaskContext context;
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
    context = self.promise().context;
    return false;
  }
  TaskContext await_resume() const noexcept { return context; }
};
[[nodiscard]] inline ThisTask this_task() noexcept { return {}; }

}  // namespace executus
