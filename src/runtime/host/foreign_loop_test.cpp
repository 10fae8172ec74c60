// Replies in programs that have another event loop, or none.
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include <executus/async/one_shot.hpp>
#include <executus/async/reply.hpp>

namespace executus {
namespace {

Task<std::string> told_later(OneShot<std::string> value) { co_return co_await value.wait(); }
Task<std::string> refused() {
  throw Error(ErrorKind::failed, "store.away", "the disk is not there");
  co_return "";
}

// As Qt has one: a thread that runs what is posted to it, from any thread.
class PostingLoop {
 public:
  void post(std::function<void()> work) {
    std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
    more_.notify_one();
  }
  void run_one() {
    std::unique_lock lock(mutex_);
    more_.wait(lock, [this] { return !work_.empty(); });
    auto work = std::move(work_.front());
    work_.pop_front();
    lock.unlock();
    work();
  }

 private:
  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<std::function<void()>> work_;
};

class ForeignLoop : public ::testing::Test {
 protected:
  // Waits in this thread's loop for what `reply` comes to.
  Result<std::string> come_to(Reply<std::string> reply) {
    std::optional<Result<std::string>> got;
    reply.then([this, &got](Result<std::string> told) {
      told_on_ = std::this_thread::get_id();
      here_.post([this, &got, told = std::move(told)] {
        run_on_ = std::this_thread::get_id();
        got = told;
      });
    });
    while (!got) here_.run_one();
    return *got;
  }

  PostingLoop here_;
  std::unique_ptr<Loop> loop_ = make_loop(1);
  RootGroup group_{*loop_};
  OneShot<std::string> value_;
  std::thread::id told_on_, run_on_;
};

TEST_F(ForeignLoop, IsHandedWhatAReplyComesTo) {  // [API-10]
  Reply<std::string> reply(group_, told_later(value_));
  here_.post([this] { value_.set("there"); });  // the program's thread is not blocked by waiting

  EXPECT_EQ(come_to(std::move(reply)).value(), "there");

  EXPECT_EQ(run_on_, std::this_thread::get_id());
  EXPECT_NE(told_on_, std::this_thread::get_id());
}

TEST_F(ForeignLoop, IsToldOfARefusal) {  // [API-10]
  auto got = come_to(Reply<std::string>(group_, refused()));

  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().code(), "store.away");
}

TEST_F(ForeignLoop, IsToldAtOnceWhereTheReplyIsThere) {  // [API-10]
  EXPECT_EQ(come_to(Reply<std::string>(failed("run.unknown", "no"))).error().code(), "run.unknown");
  EXPECT_EQ(told_on_, std::this_thread::get_id());
}

TEST_F(ForeignLoop, IsNotNeededByAThreadThatMayBlock) {  // [API-10]
  std::string got;
  std::thread reader([this, &got] { got = Reply<std::string>(group_, told_later(value_)).get(); });
  value_.set("there");
  reader.join();
  EXPECT_EQ(got, "there");
}

}  // namespace
}  // namespace executus
