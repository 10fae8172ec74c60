#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <executus/async/reply.hpp>
#include <executus/async/timing.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus {
namespace {

using testing::ManualLoop;

Task<std::string> hello() { co_return "hello"; }
Task<std::string> breaks() {
  throw failed("test.broken", "it is broken");
  co_return "";
}
Task<std::string> after(OneShot<std::string> value) { co_return co_await value.wait(); }
Task<std::unique_ptr<int>> boxed(int value) { co_return std::make_unique<int>(value); }
Task<std::string> awaited(Reply<std::string>* reply) { co_return co_await *reply; }
Task<std::string> code_of_blocking(Reply<std::string>* reply, OneShot<std::string> ready) {
  std::string code = "it did not throw";
  try {
    (void)reply->get();
  } catch (const Error& error) {
    code = error.code();
  }
  ready.set("too late");
  co_return code;
}
Task<std::string> given_up(Reply<std::string>* reply) {
  try {
    co_return co_await *reply;
  } catch (const Cancelled&) {
    co_return "given up";
  }
}

class ReplyTest : public ::testing::Test {
 protected:
  std::unique_ptr<Loop> loop_ = make_loop(2);
  RootGroup group_{*loop_};
  OneShot<std::string> value_;
};

TEST_F(ReplyTest, IsReadByAThreadThatBlocks) {
  Reply<std::string> reply(group_, after(value_));
  value_.set("there");
  EXPECT_EQ(reply.get(), "there");
  EXPECT_EQ(*Reply<std::unique_ptr<int>>(group_, boxed(7)).get(), 7);
}

TEST_F(ReplyTest, IsWaitedForAtMostSoLongAndNotReadBefore) {  // [API-02]
  Reply<std::string> reply(group_, after(value_));
  EXPECT_EQ(reply.get_for(Milliseconds(0)), std::nullopt);
  value_.set("there");
  EXPECT_EQ(reply.get_for(Milliseconds::max()), "there");
  EXPECT_THROW((void)reply.get_for(Milliseconds(0)), Error) << "it is read once";
}

TEST_F(ReplyTest, IsReadOnce) {
  Reply<std::string> reply(group_, hello());
  EXPECT_EQ(reply.get(), "hello");
  EXPECT_THROW((void)reply.get(), Error);
}

TEST_F(ReplyTest, OfACallThatWasRefusedThrowsTheRefusal) {
  Reply<int> refused(failed("test.refused", "no"));
  EXPECT_THROW((void)refused.get(), Error);
}

TEST_F(ReplyTest, ThrowsWhatTheCallThrew) {
  Reply<std::string> blocking(group_, breaks()), awaiting(group_, breaks());
  EXPECT_THROW((void)blocking.get(), Error);
  EXPECT_THROW((void)block_on(*loop_, awaited(&awaiting)), Error);
}

TEST_F(ReplyTest, IsReadByATaskThatAwaitsIt) {
  Reply<std::string> early(group_, hello());
  EXPECT_EQ(block_on(*loop_, awaited(&early)), "hello");
  Reply<std::string> late(group_, after(value_));
  value_.set("there");
  EXPECT_EQ(block_on(*loop_, awaited(&late)), "there");
}

TEST_F(ReplyTest, IsHandedToACallback) {
  std::promise<std::string> told, failed;
  Reply<std::string>(group_, after(value_)).then([&](Result<std::string> r) { told.set_value(r.value()); });
  value_.set("there");
  EXPECT_EQ(told.get_future().get(), "there");
  Reply<std::string>(group_, breaks()).then([&](Result<std::string> r) { failed.set_value(r.error().code()); });
  EXPECT_EQ(failed.get_future().get(), "test.broken");
}

TEST_F(ReplyTest, ACallIsCarriedOutThoughItsReplyIsDropped) {
  OneShot<> done;
  auto call = [](OneShot<> d) -> Task<int> {
    d.set();
    co_return 1;
  };
  {
    Reply<int> dropped(group_, call(done));
  }
  auto wait = [](OneShot<> d) -> Task<void> { co_await d.wait(); };
  block_on(*loop_, wait(done));
}

TEST_F(ReplyTest, BlockingIsRefusedOnAThreadOfTheLoop) {
  Reply<std::string> reply(group_, after(value_));
  EXPECT_EQ(block_on(*loop_, code_of_blocking(&reply, value_)), "runtime.would_block");
  EXPECT_EQ(reply.get(), "too late") << "another thread may block";
}

TEST(Reply, AWaitThatIsCancelledLeavesTheCallAlone) {
  ManualLoop loop;
  OneShot<std::string> value;
  std::string waiter, caller;
  {
    RootGroup calls(loop), waiters(loop);
    Reply<std::string> reply(calls, after(value));
    auto note = [](Task<std::string> task, std::string* text) -> Task<void> { *text = co_await std::move(task); };
    auto handle = waiters.spawn(note(given_up(&reply), &waiter));
    loop.run_ready();
    handle.cancel({Cause::caller, "no more interest"});
    loop.run_ready();
    value.set("there");
    loop.run_ready();
    (void)waiters.spawn(note(given_up(&reply), &caller));
    loop.run_ready();
  }
  EXPECT_EQ(waiter, "given up");
  EXPECT_EQ(caller, "there");
}

TEST(Reply, EndsAsCancelledWithTheGroupThatCarriesItOut) {
  ManualLoop loop;
  OneShot<std::string> never;
  RootGroup group(loop);
  Reply<std::string> reply(group, after(never));
  loop.run_ready();
  group.cancel_all({Cause::shutdown, "the program is ending"});
  loop.run_ready();
  EXPECT_THROW((void)reply.get(), Cancelled);
}

}  // namespace
}  // namespace executus
