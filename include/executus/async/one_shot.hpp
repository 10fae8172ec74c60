// OneShot<T>: a value that is set once, on any thread, and awaited once, by a task. Callbacks, threads and timers hand
// a result to a coroutine with it. Copies share the value.
//
// wait() ends with Cancelled when the waiting task's scope is cancelled first; wait_shielded() waits whatever happens.
// A value set after the wait was cancelled is dropped.
#pragma once

#include <coroutine>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <executus/async/task.hpp>

namespace executus {
namespace detail {

// The part that does not depend on T: the waiting coroutine, and how it is woken.
class WaitState : private CancelListener, public std::enable_shared_from_this<WaitState> {
 public:
  virtual ~WaitState() = default;

  // On the strand. False: the value, or a cancellation, is there already, so the coroutine goes on at once.
  bool suspend(std::coroutine_handle<> waiter, TaskContext context, bool cancellable);
  void abandon() noexcept;       // on the strand: the waiter's frame is being destroyed
  void throw_cancelled() const;  // when a cancellation woke the waiter, and no value

 protected:
  void wake(std::unique_lock<std::mutex> lock);  // after the value was stored under `mutex_`
  std::mutex mutex_;
  bool done_ = false;

 private:
  struct Resume : Job {
    WaitState* state = nullptr;
  };
  void on_cancel(const Cancellation& why) noexcept override;
  void post_resume(std::unique_lock<std::mutex> lock);
  void resume() noexcept;

  std::coroutine_handle<> waiter_;
  std::shared_ptr<Strand> strand_;
  std::shared_ptr<WaitState> self_;  // set while resume_ is queued
  std::optional<Cancellation> cancelled_;
  Resume resume_;
  bool posted_ = false;
};

template <class T>
class OneShotState final : public WaitState {
 public:
  void set(T value) {
    std::unique_lock lock(mutex_);
    if (done_) return;
    value_.emplace(std::move(value));
    wake(std::move(lock));
  }
  void fail(std::exception_ptr error) {
    std::unique_lock lock(mutex_);
    if (done_) return;
    error_ = std::move(error);
    wake(std::move(lock));
  }
  T take() {
    std::unique_lock lock(mutex_);
    if (!done_) throw_cancelled();
    if (error_) std::rethrow_exception(error_);
    return std::move(*value_);
  }

 private:
  std::optional<T> value_;
  std::exception_ptr error_;
};

}  // namespace detail

struct Nothing {};  // the value of a OneShot that carries none

template <class T = Nothing>
class OneShot {
 public:
  OneShot() : state_(std::make_shared<detail::OneShotState<T>>()) {}

  // Any thread; the first call counts, later ones do nothing.
  void set(T value = {}) const { state_->set(std::move(value)); }
  void fail(std::exception_ptr error) const { state_->fail(std::move(error)); }
  template <class E>
  void fail(E error) const {
    state_->fail(std::make_exception_ptr(std::move(error)));
  }

  [[nodiscard]] auto wait() const { return Awaiter{state_, true}; }
  [[nodiscard]] auto wait_shielded() const { return Awaiter{state_, false}; }

 private:
  struct Awaiter {
    Awaiter(std::shared_ptr<detail::OneShotState<T>> s, bool c) : state(std::move(s)), cancellable(c) {}
    Awaiter(const Awaiter&) = delete;
    ~Awaiter() {
      if (suspended) state->abandon();
    }
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> self) {
      return suspended = state->suspend(self, self.promise().context, cancellable);
    }
    T await_resume() {
      suspended = false;
      return state->take();
    }
    std::shared_ptr<detail::OneShotState<T>> state;
    bool cancellable;
    bool suspended = false;
  };

  std::shared_ptr<detail::OneShotState<T>> state_;
};

}  // namespace executus
