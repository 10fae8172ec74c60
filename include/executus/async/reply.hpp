// Reply<T>: what a call will come to. The call is being carried out already; a reply that is dropped changes nothing.
//
//   llm::Transcript transcript = runs.transcript(id).get();            // blocks this thread
//   llm::Transcript transcript = co_await runs.transcript(id);         // in a Task
//   runs.transcript(id).then([](Result<llm::Transcript> told) {...});  // any other event loop
//   co_await async_get(runs.transcript(id), asio::use_awaitable);      // Boost.Asio: executus/asio.hpp
//
// One of these, once. get() and co_await throw what the call threw; when the runtime ends first, that is Cancelled.
// Threads: any. get() throws Error "runtime.would_block" on a thread of the loop that carries the call out: co_await
// there. Cancelling a task that awaits a reply ends the wait with Cancelled, and not the call.
//
// g++ 12 destroys some temporaries of a co_await expression twice: make options ({.by = "ada"}) a variable before.
#pragma once

#include <condition_variable>
#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <executus/async/loop.hpp>
#include <executus/async/one_shot.hpp>
#include <executus/async/root_group.hpp>
#include <executus/base/result.hpp>

namespace executus {
namespace detail {

// Throws Error runtime.would_block when this thread is one of the loop's.
void require_not_on(const Loop& loop);

// What a carried-out call came to: written once, read once.
template <class T>
class ReplyState final {
 public:
  explicit ReplyState(const Loop& loop) : loop_(loop) {}

  void set(std::optional<T> value, std::exception_ptr error) {
    std::function<void(Result<T>)> told;
    {
      std::lock_guard lock(mutex_);
      value_ = std::move(value);
      error_ = error;
      done_ = true;
      told = std::move(told_);
      set_.notify_all();
    }
    there_.set();
    if (told) told(result());
  }

  T get() {
    std::unique_lock lock(mutex_);
    if (!done_) {
      require_not_on(loop_);
      set_.wait(lock, [this] { return done_; });
    }
    return take();
  }

  static Task<T> wait(std::shared_ptr<ReplyState> self) {
    co_await self->there_.wait();
    co_return self->take();
  }

  void then(std::function<void(Result<T>)> told) {
    {
      std::lock_guard lock(mutex_);
      if (!done_) {
        told_ = std::move(told);
        return;
      }
    }
    told(result());
  }

 private:
  T take() {
    if (error_) std::rethrow_exception(error_);
    return std::move(*value_);
  }
  Result<T> result() {
    try {
      return take();
    } catch (...) {
      return current_error();
    }
  }

  const Loop& loop_;
  std::mutex mutex_;
  std::condition_variable set_;
  bool done_ = false;
  std::optional<T> value_;
  std::exception_ptr error_;
  OneShot<> there_;
  std::function<void(Result<T>)> told_;
};

template <class T>
Task<void> carry_out(Task<T> call, std::shared_ptr<ReplyState<T>> reply) {
  std::optional<T> value;
  std::exception_ptr error;
  try {
    value.emplace(co_await std::move(call));
  } catch (...) {
    error = std::current_exception();
  }
  reply->set(std::move(value), error);
}

// Holds the task that waits, which Task's own awaiter does not.
template <class T>
class ReplyAwaiter final {
 public:
  explicit ReplyAwaiter(Task<T> task) : task_(std::move(task)), inner_(std::move(task_).operator co_await()) {}
  ReplyAwaiter(const ReplyAwaiter&) = delete;
  ReplyAwaiter& operator=(const ReplyAwaiter&) = delete;
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> parent) const noexcept {
    return inner_.await_suspend(parent);
  }
  T await_resume() { return inner_.await_resume(); }

 private:
  Task<T> task_;
  decltype(std::declval<Task<T>>().operator co_await()) inner_;
};

}  // namespace detail

template <class T>
class Reply final {
 public:
  // Carries out `call` on a strand of its own. `group` is joined before what the call uses is gone.
  Reply(RootGroup& group, Task<T> call) : state_(std::make_shared<detail::ReplyState<T>>(group.loop())) {
    group.spawn(detail::carry_out(std::move(call), state_));
  }

  T get() { return state_->get(); }

  detail::ReplyAwaiter<T> operator co_await() { return detail::ReplyAwaiter<T>(detail::ReplyState<T>::wait(state_)); }

  // Calls `told` on a thread of the runtime, or at once when the reply is there. It returns quickly and throws nothing:
  // it hands over to the program's own loop.
  void then(std::function<void(Result<T>)> told) { state_->then(std::move(told)); }

 private:
  std::shared_ptr<detail::ReplyState<T>> state_;
};

}  // namespace executus
