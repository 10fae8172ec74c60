// Replies in a Boost.Asio program.
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include <executus/asio.hpp>
#include <executus/async/one_shot.hpp>

namespace executus {
namespace {

namespace asio = boost::asio;

Task<std::string> told(OneShot<std::string> value) { co_return co_await value.wait(); }
Task<std::string> refuses() {
  throw Cancelled({Cause::shutdown, "the program is ending"});
  co_return "";
}

// What came of a wait, and on which thread.
struct Got {
  std::string text = {};
  std::optional<Cause> cause = {};
  std::thread::id where = {};
};
asio::awaitable<void> wait_for(Reply<std::string> reply, Got* got) {
  try {
    got->text = co_await async_get(std::move(reply), asio::use_awaitable);
  } catch (const Cancelled& cancelled) {
    got->cause = cancelled.cause();
  }
  got->where = std::this_thread::get_id();
}

class AsioReplies : public ::testing::Test {
 protected:
  asio::io_context io_;
  std::unique_ptr<Loop> loop_ = make_loop(1);
  RootGroup group_{*loop_};
  OneShot<std::string> value_;
};

TEST_F(AsioReplies, AreAwaitedOnTheProgramsOwnThread) {  // [API-10]
  Got got;
  asio::co_spawn(io_, wait_for(Reply<std::string>(group_, told(value_)), &got), asio::detached);
  value_.set("there");
  io_.run();
  EXPECT_EQ(got.text, "there");
  EXPECT_EQ(got.where, std::this_thread::get_id());
}

TEST_F(AsioReplies, ThrowWhatTheCallThrew) {  // [API-10]
  Got got;
  asio::co_spawn(io_, wait_for(Reply<std::string>(group_, refuses()), &got), asio::detached);
  io_.run();
  EXPECT_EQ(got.cause, Cause::shutdown);
}

TEST_F(AsioReplies, AWaitIsGivenUpThroughItsCancellationSlot) {  // [API-10]
  asio::cancellation_signal stop;
  std::string outcome = "none";
  auto done = [&](std::exception_ptr error, std::string) { outcome = error ? "given up" : "answered"; };
  auto here = asio::bind_executor(io_.get_executor(), asio::bind_cancellation_slot(stop.slot(), done));
  async_get(Reply<std::string>(group_, told(value_)), here);
  stop.emit(asio::cancellation_type::terminal);
  io_.run();
  value_.set("too late");
  group_.join();
  EXPECT_EQ(outcome, "given up");
}

TEST_F(AsioReplies, CompleteOnTheExecutorOfTheirHandler) {  // [API-10]
  asio::thread_pool pool(2);
  auto strand = asio::make_strand(pool);
  std::promise<bool> on_the_strand;
  async_get(Reply<std::string>(group_, told(value_)), asio::bind_executor(strand, [&](std::exception_ptr, std::string) {
              on_the_strand.set_value(strand.running_in_this_thread());
            }));
  value_.set("there");
  EXPECT_TRUE(on_the_strand.get_future().get());
  pool.join();
}

TEST_F(AsioReplies, AreFuturesOfAProgramWithoutALoop) {  // [API-10]
  auto there = async_get(Reply<std::string>(group_, told(value_)), asio::use_future);
  value_.set("there");
  EXPECT_EQ(there.get(), "there");
}

asio::awaitable<void> first_of(Reply<std::string> reply, asio::steady_timer* timer, std::string* first) {
  using namespace asio::experimental::awaitable_operators;
  auto got = co_await (async_get(std::move(reply), asio::use_awaitable) || timer->async_wait(asio::use_awaitable));
  *first = got.index() == 0 ? std::get<0>(got) : "the timer";
}

// Waiting for the first of several cancels the others: that ends the wait for the reply, and nothing else.
TEST_F(AsioReplies, LoseAgainstATimerThroughTheirCancellationSlot) {  // [API-10]
  asio::steady_timer at_once(io_, std::chrono::seconds(0));
  std::string first;
  asio::co_spawn(io_, first_of(Reply<std::string>(group_, told(value_)), &at_once, &first), asio::detached);
  io_.run();
  EXPECT_EQ(first, "the timer");
  value_.set("too late");
  group_.join();
}

TEST_F(AsioReplies, WinAgainstATimerThatIsCancelled) {  // [API-10]
  asio::steady_timer never(io_, asio::steady_timer::time_point::max());
  std::string first;
  asio::co_spawn(io_, first_of(Reply<std::string>(group_, told(value_)), &never, &first), asio::detached);
  value_.set("there");
  io_.run();
  EXPECT_EQ(first, "there");
}

}  // namespace
}  // namespace executus
