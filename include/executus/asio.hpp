// Replies of the host API in a Boost.Asio program: with callbacks, futures, or `co_await ... use_awaitable`.
//
//   executus::RunHandle run = co_await executus::async_get(runtime.start(agent, "Why?"), asio::use_awaitable);
//   while (auto event = co_await executus::async_next(events, asio::use_awaitable)) show(*event);
//   executus::RunOutcome outcome = co_await executus::async_get(run.done(), asio::use_awaitable);
//
// The handler is invoked through its associated executor. The context outlives the replies it waits for, so it stands
// before the Runtime: `asio::io_context io; executus::Runtime runtime;`. The only public header that includes Asio.
#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <executus/runtime/runtime.hpp>

namespace executus {
namespace detail {

// One handler, invoked once: with the reply, or with Cancelled. Keeps the program's context busy until then.
template <class T, class Handler>
class AsioReply final : public std::enable_shared_from_this<AsioReply<T, Handler>> {
 public:
  using Executor = boost::asio::associated_executor_t<Handler>;
  explicit AsioReply(Handler handler)
      : handler_(std::move(handler)), work_(boost::asio::get_associated_executor(handler_)) {}

  void take(Reply<T> reply) {
    auto slot = boost::asio::get_associated_cancellation_slot(handler_);
    if (slot.is_connected())
      slot.assign([weak = this->weak_from_this()](boost::asio::cancellation_type) {
        if (auto self = weak.lock()) self->complete(std::make_exception_ptr(Cancelled(gave_up())), T());
      });
    auto there = std::make_shared<Reply<T>>(std::move(reply));
    there->when_ready([self = this->shared_from_this(), there] {
      try {
        self->complete(nullptr, there->get());
      } catch (...) {
        self->complete(std::current_exception(), T());
      }
    });
  }

 private:
  static Cancellation gave_up() { return {Cause::caller, "the program gave up waiting"}; }

  void complete(std::exception_ptr error, T value) {
    if (done_.exchange(true)) return;
    auto executor = work_.get_executor();
    boost::asio::post(executor, [self = this->shared_from_this(), error, value = std::move(value)]() mutable {
      self->work_.reset();
      std::move(self->handler_)(error, std::move(value));
    });
  }

  Handler handler_;
  boost::asio::executor_work_guard<Executor> work_;
  std::atomic<bool> done_ = false;
};

}  // namespace detail

// Completes with void(std::exception_ptr, T): what the reply holds or throws. Cancelling the operation ends the wait
// with Cancelled, and not the call: a run goes on (RunHandle::cancel ends it).
template <class T, class CompletionToken>
auto async_get(Reply<T> reply, CompletionToken&& token) {
  auto initiate = [](auto handler, Reply<T> r) {
    using Handler = decltype(handler);
    std::make_shared<detail::AsioReply<T, Handler>>(std::move(handler))->take(std::move(r));
  };
  return boost::asio::async_initiate<CompletionToken, void(std::exception_ptr, T)>(std::move(initiate), token,
                                                                                   std::move(reply));
}

// The next event of a stream, or nothing when that was all: async_get(events.next(), token).
template <class CompletionToken>
auto async_next(EventStream& events, CompletionToken&& token) {
  return async_get(events.next(), std::forward<CompletionToken>(token));
}

}  // namespace executus
