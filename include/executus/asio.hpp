// Runs an executus task from a Boost.Asio program: with callbacks, futures, or `co_await ... use_awaitable`.
//
//   executus::RunOutcome outcome = co_await executus::async_start(runtime, agent, invocation, asio::use_awaitable);
//
// The handler is invoked through its associated executor. The only public header that includes Asio.
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <executus/runtime/runtime.hpp>

namespace executus {
namespace detail {

// Keeps the program's context busy until the outcome has been handed over.
template <class Handler>
struct AsioCompletion {
  using Executor = boost::asio::associated_executor_t<Handler>;
  explicit AsioCompletion(Handler h) : handler(std::move(h)), work(boost::asio::get_associated_executor(handler)) {}

  static void complete(std::shared_ptr<AsioCompletion> self, RunOutcome outcome) {
    auto executor = self->work.get_executor();
    boost::asio::post(executor, [self, outcome = std::move(outcome)]() mutable {
      self->work.reset();
      std::move(self->handler)(std::move(outcome));
    });
  }

  Handler handler;
  boost::asio::executor_work_guard<Executor> work;
};

template <class Completion>
Task<void> run_for_asio(Task<RunOutcome> task, std::shared_ptr<Completion> completion) {
  RunOutcome outcome = co_await std::move(task);
  Completion::complete(std::move(completion), std::move(outcome));
}

}  // namespace detail

template <class CompletionToken>
auto async_start(Runtime& runtime, Agent agent, Invocation invocation, CompletionToken&& token) {
  auto initiate = [&runtime](auto handler, Agent a, Invocation i) {
    using Completion = detail::AsioCompletion<decltype(handler)>;
    auto completion = std::make_shared<Completion>(std::move(handler));
    runtime.tasks().spawn(detail::run_for_asio(runtime.start(std::move(a), std::move(i)), std::move(completion)));
  };
  return boost::asio::async_initiate<CompletionToken, void(RunOutcome)>(std::move(initiate), token, std::move(agent),
                                                                        std::move(invocation));
}

}  // namespace executus
