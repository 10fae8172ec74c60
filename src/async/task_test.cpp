#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <executus/async/blocking_pool.hpp>
#include <executus/async/root_group.hpp>
#include <executus/async/strand.hpp>
#include <executus/async/task_group.hpp>
#include <executus/async/timing.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus {
namespace {

using testing::ManualLoop;

Task<int> forty_two() { co_return 42; }
Task<int> twice(Task<int> inner) { co_return 2 * co_await std::move(inner); }
Task<int> throws() {
  throw std::runtime_error("broken");
  co_return 0;
}
Task<int> deep(int depth) { co_return depth == 0 ? 0 : 1 + co_await deep(depth - 1); }
Task<void> note(std::vector<std::string>* notes, std::string text, Milliseconds after) {
  co_await sleep_for(after);
  notes->push_back(text);
}
Task<void> fail_after(Milliseconds after) {
  co_await sleep_for(after);
  throw std::runtime_error("late failure");
}

TEST(Task, ReturnsTheValueOfTheTaskItAwaits) {
  ManualLoop loop;
  EXPECT_EQ(loop.run(twice(forty_two())), 84);
}

TEST(Task, ThrowsWhatTheTaskItAwaitsThrew) {
  ManualLoop loop;
  EXPECT_THROW(loop.run(twice(throws())), std::runtime_error);
}

TEST(Task, AwaitingDoesNotGrowTheStack) {
  ManualLoop loop;
  EXPECT_EQ(loop.run(deep(100'000)), 100'000);
}

Task<std::vector<std::string>> two_at_once() {
  std::vector<std::string> notes;
  TaskGroup group(co_await this_task());
  group.spawn(note(&notes, "second", Milliseconds(20)));
  group.spawn(note(&notes, "first", Milliseconds(10)));
  co_await group.join();
  co_return notes;
}

TEST(TaskGroup, RunsItsTasksSideBySide) {
  ManualLoop loop;
  EXPECT_EQ(loop.run(two_at_once()), (std::vector<std::string>{"first", "second"}));
}

Task<void> one_fails(std::vector<std::string>* notes) {
  TaskGroup group(co_await this_task());
  group.spawn(note(notes, "never", Milliseconds(1000)));
  group.spawn(fail_after(Milliseconds(10)));
  co_await group.join();
}

TEST(TaskGroup, CancelsTheOthersAndThrowsWhenOneFails) {
  ManualLoop loop;
  std::vector<std::string> notes;
  EXPECT_THROW(loop.run(one_fails(&notes)), std::runtime_error);
  EXPECT_TRUE(notes.empty());
}

Task<void> note_cause(std::optional<Cause>* cause) {
  try {
    co_await sleep_for(Milliseconds(1000));
  } catch (const Cancelled& cancelled) {
    *cause = cancelled.cause();
  }
}
Task<void> loses_ownership() {
  co_await sleep_for(Milliseconds(10));
  throw Cancelled({Cause::ownership_lost, "test"});
}
Task<void> beside(Task<void> task, std::optional<Cause>* cause) {
  TaskGroup group(co_await this_task());
  group.spawn(note_cause(cause));
  group.spawn(std::move(task));
  co_await group.join();
}

TEST(TaskGroup, TellsTheOthersWhyOneFailed) {
  ManualLoop loop;
  std::optional<Cause> cause;
  EXPECT_THROW(loop.run(beside(loses_ownership(), &cause)), Cancelled);
  EXPECT_EQ(cause, Cause::ownership_lost);
  cause.reset();
  EXPECT_THROW(loop.run(beside(fail_after(Milliseconds(10)), &cause)), std::runtime_error);
  EXPECT_EQ(cause, Cause::caller);
}

TEST(Deadline, CancelsWithTheCauseDeadline) {
  ManualLoop loop;
  MonoTime when = loop.clock().mono() + Milliseconds(5);
  try {
    loop.run(with_deadline(when, sleep_for(Milliseconds(10)), "test"));
    FAIL() << "the deadline did not cancel";
  } catch (const Cancelled& cancelled) {
    EXPECT_EQ(cancelled.cause(), Cause::deadline);
  }
  EXPECT_EQ(loop.clock().mono(), when);
}

Task<std::thread::id> pool_thread(BlockingPool* pool) {
  co_return co_await pool->run([] { return std::this_thread::get_id(); });
}
Task<int> pool_throws(BlockingPool* pool) {
  co_return co_await pool->run([]() -> int { throw std::runtime_error("in the pool"); });
}

TEST(BlockingPool, RunsWorkOnItsOwnThreads) {
  BlockingPool pool(2);
  auto loop = make_loop(1);
  EXPECT_NE(block_on(*loop, pool_thread(&pool)), std::this_thread::get_id());
  EXPECT_THROW(block_on(*loop, pool_throws(&pool)), std::runtime_error);
}

Task<int> many_hops(BlockingPool* pool) {
  int sum = 0;
  for (int i = 0; i < 100; ++i) sum += co_await pool->run([i] { return i; });
  co_return sum;
}

// What it is given dies with its frame, and takes a while to.
struct Lingering {
  explicit Lingering(std::atomic<bool>& g) : gone(&g) {}
  Lingering(Lingering&& other) noexcept : gone(std::exchange(other.gone, nullptr)) {}
  ~Lingering() {
    if (!gone) return;
    for (int i = 0; i < 100; ++i) std::this_thread::yield();
    *gone = true;
  }
  std::atomic<bool>* gone;
};
Task<void> hold(Lingering) { co_return; }

TEST(RootGroup, IsJoinedWhenItsTasksAreGone) {
  auto loop = make_loop(2);
  for (int i = 0; i < 200; ++i) {
    std::atomic<bool> gone = false;
    RootGroup group(*loop);
    group.spawn(hold(Lingering(gone)));
    group.join();
    ASSERT_TRUE(gone);
  }
}

Task<void> tell_whether_cancelled(std::atomic<bool>* cancelled) {
  TaskContext context = co_await this_task();
  *cancelled = context.scope->cancelled();
}

TEST(RootGroup, CancelsWhatIsSpawnedLaterFromItsFirstLineOn) {
  auto loop = make_loop(2);
  RootGroup group(*loop);
  std::atomic<bool> before = true, after = false;
  group.spawn(tell_whether_cancelled(&before));
  group.join();

  group.cancel_all({Cause::shutdown, "bye"});
  group.spawn(tell_whether_cancelled(&after));
  group.join();

  EXPECT_FALSE(before);
  EXPECT_TRUE(after);
}

TEST(Loop, RunsWhatIsPostedBeforeItEnds) {
  for (int i = 0; i < 100; ++i) {
    std::atomic<int> ran = 0;
    auto loop = make_loop(2);
    auto never = loop->clock().mono() + std::chrono::hours(1);
    loop->call_at(never, [&] { ran += 1'000; });
    auto strand = Strand::make(*loop);
    for (int job = 0; job < 10; ++job) strand->post([&, strand] { ++ran; });
    std::weak_ptr<Strand> gone = strand;
    strand.reset();
    loop.reset();
    ASSERT_EQ(ran, 10);
    ASSERT_TRUE(gone.expired());
  }
}

TEST(Loop, DrivesManyTasksOnSeveralThreads) {
  BlockingPool pool(4);
  auto loop = make_loop(2);
  std::vector<std::promise<int>> promises(50);
  RootGroup group(*loop);
  for (auto& promise : promises) group.spawn(detail::fulfil(many_hops(&pool), promise));
  group.join();
  for (auto& promise : promises) EXPECT_EQ(promise.get_future().get(), 4950);
}

}  // namespace
}  // namespace executus
