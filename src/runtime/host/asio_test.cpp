// Replies in a Boost.Asio program.
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
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

TEST_F(AsioReplies, AreAwaitedOnTheProgramsOwnThread) {
  Got got;
  asio::co_spawn(io_, wait_for(Reply<std::string>(group_, told(value_)), &got), asio::detached);
  value_.set("there");
  io_.run();
  EXPECT_EQ(got.text, "there");
  EXPECT_EQ(got.where, std::this_thread::get_id());
}

TEST_F(AsioReplies, ThrowWhatTheCallThrew) {
  Got got;
  asio::co_spawn(io_, wait_for(Reply<std::string>(group_, refuses()), &got), asio::detached);
  io_.run();
  EXPECT_EQ(got.cause, Cause::shutdown);
}

TEST_F(AsioReplies, AWaitIsGivenUpThroughItsCancellationSlot) {
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

}  // namespace
}  // namespace executus
