#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include <executus/async/blocking_pool.hpp>
#include <executus/async/root_group.hpp>

namespace executus {
namespace {

// A pool of one thread, which is busy until the test lets it go on.
class BusyPool : public ::testing::Test {
 protected:
  BusyPool() {
    group_.spawn(occupy(pool_.get(), busy_.get_future().share(), &occupied_));
    occupied_.get_future().wait();
  }
  ~BusyPool() override {
    let_go();
    group_.join();
  }
  void let_go() {
    if (!std::exchange(free_, true)) busy_.set_value();
  }

  static Task<void> occupy(BlockingPool* pool, std::shared_future<void> until, std::promise<void>* occupied) {
    auto work = [until, occupied] {
      occupied->set_value();
      until.wait();
    };
    co_await pool->run(std::move(work));
  }
  static Task<void> count(BlockingPool* pool, std::atomic<int>* begun, std::optional<Milliseconds> limit) {
    auto work = [begun] { ++*begun; };
    auto permit = std::make_shared<StartPermit>();
    if (limit)
      co_await pool->run_within(*limit, std::move(work), std::move(permit));
    else
      co_await pool->run(std::move(work), std::move(permit));
  }
  // Why `task` was cancelled; nothing when it came to its end.
  static Task<std::optional<Cause>> cause_of(Task<void> task) {
    std::optional<Cause> cause;
    try {
      co_await std::move(task);
    } catch (const Cancelled& cancelled) {
      cause = cancelled.cause();
    }
    co_return cause;
  }
  static Task<void> pass() { co_return; }
  struct Waiting {
    std::promise<std::optional<Cause>> promise;
    std::future<std::optional<Cause>> cause = promise.get_future();
    RootHandle handle;
  };
  void wait_in_line(Waiting& waiting, std::optional<Milliseconds> limit = std::nullopt) {
    auto task = cause_of(count(pool_.get(), &begun_, limit));
    waiting.handle = group_.spawn(detail::fulfil(std::move(task), waiting.promise));
  }

  std::unique_ptr<BlockingPool> pool_ = std::make_unique<BlockingPool>(1);
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::promise<void> busy_, occupied_;
  bool free_ = false;
  std::atomic<int> begun_ = 0;
  RootGroup group_{*loop_};
};

TEST_F(BusyPool, NeverBeginsWhatWasCancelledBefore) {  // [DUR-27]
  Waiting given_up, next;
  wait_in_line(given_up);
  wait_in_line(next);
  given_up.handle.cancel({Cause::caller, ""});
  EXPECT_EQ(given_up.cause.get(), Cause::caller);

  let_go();

  EXPECT_EQ(next.cause.get(), std::nullopt);
  EXPECT_EQ(begun_, 1) << "the one that was not given up";
}

TEST_F(BusyPool, BeginsNothingAtItsEnd) {  // [DUR-27]
  Waiting waiting;
  wait_in_line(waiting);
  block_on(*loop_, pass());  // a task of the same thread, spawned later: it stands in line by now

  std::thread end([this] { pool_.reset(); });
  EXPECT_EQ(waiting.cause.wait_for(std::chrono::minutes(1)), std::future_status::ready) << "it is not told";
  let_go();
  end.join();

  EXPECT_EQ(waiting.cause.get(), Cause::shutdown);
  EXPECT_EQ(begun_, 0);
}

TEST_F(BusyPool, TimeDoesNotRunWhileWorkWaits) {
  constexpr Milliseconds kLimit{1};
  Waiting waiting;
  wait_in_line(waiting, kLimit);
  block_on(*loop_, sleep_for(kLimit));  // a timer that was set later: an earlier one has fired by now
  block_on(*loop_, sleep_for(kLimit));

  waiting.handle.cancel({Cause::caller, ""});

  EXPECT_EQ(waiting.cause.get(), Cause::caller);
}

Task<void> block_for_a_moment(BlockingPool* pool, std::shared_future<void> until) {
  auto work = [until] { until.wait(); };
  co_await pool->run_within(Milliseconds(1), std::move(work), std::make_shared<StartPermit>());
}

TEST(BlockingPool, TimeRunsOnceAThreadHasBegun) {
  BlockingPool pool(1);
  auto loop = make_loop(1);
  std::promise<void> release;
  try {
    block_on(*loop, block_for_a_moment(&pool, release.get_future().share()));
    ADD_FAILURE() << "it came to an end";
  } catch (const Cancelled& cancelled) {
    EXPECT_EQ(cancelled.cause(), Cause::deadline);
  }
  release.set_value();
}

TEST(StartPermit, IsDecidedOnce) {
  StartPermit begun, withdrawn;
  EXPECT_TRUE(begun.begin());
  EXPECT_FALSE(begun.withdraw());
  EXPECT_TRUE(begun.begin()) << "a second try of the same thing";
  EXPECT_TRUE(withdrawn.withdraw());
  EXPECT_FALSE(withdrawn.begin());
  EXPECT_TRUE(withdrawn.withdraw());
}

TEST(StartPermit, IsWithdrawnInTheStepThatCancels) {
  CancelScope scope;
  auto permit = std::make_shared<StartPermit>();
  WithdrawOnCancel listening(scope, permit);
  scope.cancel({Cause::caller, ""});
  EXPECT_FALSE(permit->begin()) << "no task had to run for that";
}

}  // namespace
}  // namespace executus
