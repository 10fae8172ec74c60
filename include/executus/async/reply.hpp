// Reply<T>: what a call will come to. The call is being carried out already; a reply that is dropped changes nothing.
//
//   llm::Transcript transcript = runs.transcript(id).get();            // blocks this thread
//   std::optional<llm::Transcript> there = reply.get_for(2s);          // the same, at most so long
//   llm::Transcript transcript = co_await runs.transcript(id);         // in a Task
//   runs.transcript(id).then([](Result<llm::Transcript> told) {...});  // any other event loop
//   co_await async_get(runs.transcript(id), asio::use_awaitable);      // Boost.Asio: executus/asio.hpp
//
// One of these, once: afterwards it throws Error "runtime.read_before". get() and co_await throw what the call threw;
// when the runtime ends first, that is Cancelled. get_for() that returns nothing has not read it: ask again. Threads:
// any. get() and get_for() throw Error "runtime.would_block" on a thread of the loop that carries the call out:
// co_await there. All of them throw Error "runtime.forked" in a forked process. Cancelling a Task that awaits a reply
// ends the wait with Cancelled, and not the call: the reply can be awaited again.
//
// g++ 12 destroys braced options of a co_await expression ({.by = "ada"}, AnswerNote{"ada"}) twice: make them a
// variable before.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <executus/async/loop.hpp>
#include <executus/async/of_this_process.hpp>
#include <executus/async/one_shot.hpp>
#include <executus/async/root_group.hpp>
#include <executus/base/result.hpp>

namespace executus {
namespace detail {

// Throws Error runtime.would_block when this thread is one of the loop's.
void require_not_on(const Loop& loop);
[[noreturn]] void throw_read_before();

// What a carried-out call came to: written once, read once.
template <class T>
class ReplyState final {
 public:
  // `loop` is null when the call was refused, and is not used once the reply is there.
  explicit ReplyState(const Loop* loop) : loop_(loop) {}

  void set(std::optional<T> value, std::exception_ptr error) {
    std::function<void()> ready;
    {
      std::lock_guard lock(mutex_);
      value_ = std::move(value);
      error_ = error;
      done_ = true;
      ready = std::move(ready_);
      set_.notify_all();
      if (waiter_) waiter_->set();
    }
    if (ready) ready();
  }

  T get() {
    home_.require();
    std::unique_lock lock(mutex_);
    if (!done_) require_not_on(*loop_);
    set_.wait(lock, [this] { return done_; });
    return take();
  }

  std::optional<T> get_for(Milliseconds limit) {
    home_.require();
    std::unique_lock lock(mutex_);
    if (!done_) require_not_on(*loop_);
    constexpr Milliseconds longest = std::chrono::hours(24 * 365);  // the clock would overflow
    if (!set_.wait_for(lock, std::min(limit, longest), [this] { return done_; })) return std::nullopt;
    return take();
  }

  // A wait of its own for each that awaits: one that was cancelled does not keep the value from the next.
  static Task<T> wait(std::shared_ptr<ReplyState> self) {
    self->home_.require();
    OneShot<> there;
    self->tell(there);
    co_await there.wait();
    std::lock_guard lock(self->mutex_);
    co_return self->take();
  }

  // Calls `ready` when get() would not block.
  void when_ready(std::function<void()> ready) {
    home_.require();
    {
      std::lock_guard lock(mutex_);
      if (!done_) {
        ready_ = std::move(ready);
        return;
      }
    }
    ready();
  }

  Result<T> result() {
    try {
      return get();
    } catch (...) {
      return current_error();
    }
  }

 private:
  void tell(const OneShot<>& waiter) {
    std::lock_guard lock(mutex_);
    if (done_) waiter.set();
    waiter_ = waiter;
  }
  T take() {
    if (auto error = std::exchange(error_, nullptr)) std::rethrow_exception(error);
    if (!value_) throw_read_before();
    T value = std::move(*value_);
    value_.reset();
    return value;
  }

  const Loop* const loop_;
  const HomeProcess home_;
  std::mutex mutex_;
  std::condition_variable set_;
  bool done_ = false;
  std::optional<T> value_;
  std::exception_ptr error_;
  std::optional<OneShot<>> waiter_;
  std::function<void()> ready_;
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
  Reply(RootGroup& group, Task<T> call) : state_(std::make_shared<detail::ReplyState<T>>(&group.loop())) {
    group.spawn(detail::carry_out(std::move(call), state_));
  }
  // Of a call that was refused.
  explicit Reply(Error refusal) : state_(std::make_shared<detail::ReplyState<T>>(nullptr)) {
    state_->set(std::nullopt, std::make_exception_ptr(std::move(refusal)));
  }
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&&) noexcept = default;

  T get() { return state_->get(); }
  std::optional<T> get_for(Milliseconds limit) { return state_->get_for(limit); }

  detail::ReplyAwaiter<T> operator co_await() { return detail::ReplyAwaiter<T>(detail::ReplyState<T>::wait(state_)); }

  // Calls `told` with a Result<T>, on a thread of the runtime, or at once when the reply is there. It returns quickly
  // and throws nothing: it hands over to the program's own loop. The runtime's end waits for it.
  template <class F>
  void then(F told) {
    auto shared = std::make_shared<F>(std::move(told));
    state_->when_ready([shared, state = state_] { (*shared)(state->result()); });
  }

  // For adapters: calls `ready` as then() calls its function; get() does not block any more.
  void when_ready(std::function<void()> ready) { state_->when_ready(std::move(ready)); }

 private:
  std::shared_ptr<detail::ReplyState<T>> state_;
};

}  // namespace executus
