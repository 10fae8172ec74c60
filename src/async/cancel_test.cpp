#include <optional>

#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/async/timing.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus {
namespace {

using testing::ManualLoop;

Task<void> wait_for_ever(std::optional<Cause>* seen) {
  OneShot<> never;
  try {
    co_await never.wait();
  } catch (const Cancelled& cancelled) {
    *seen = cancelled.cause();
  }
}

Task<void> in_nested_scope(std::optional<Cause>* seen) {
  TaskContext context = co_await this_task();
  CancelScope inner(*context.scope);
  TaskContext nested{context.strand, &inner};
  co_await wait_for_ever(seen).in(nested);
}

TEST(CancelScope, ReachesWaitsInNestedScopesWithItsCause) {
  ManualLoop loop;
  RootGroup group(loop);
  std::optional<Cause> seen;
  auto task = group.spawn(in_nested_scope(&seen));
  loop.run_ready();

  task.cancel({Cause::shutdown, ""});
  loop.run_ready();

  EXPECT_EQ(seen, Cause::shutdown);
}

TEST(CancelScope, KeepsTheFirstCause) {
  CancelScope scope;
  scope.cancel({Cause::kill, "first"});
  scope.cancel({Cause::caller, "second"});
  EXPECT_EQ(scope.why()->cause, Cause::kill);
}

Task<void> shielded(OneShot<> done, bool* finished) {
  co_await done.wait_shielded();
  *finished = true;
}

TEST(OneShot, ShieldedWaitOutlivesCancellation) {
  ManualLoop loop;
  RootGroup group(loop);
  OneShot<> done;
  bool finished = false;
  auto task = group.spawn(shielded(done, &finished));
  loop.run_ready();

  task.cancel({Cause::caller, ""});
  loop.run_ready();
  EXPECT_FALSE(finished);
  done.set();
  loop.run_ready();

  EXPECT_TRUE(finished);
}

TEST(OneShot, DropsAValueThatComesAfterTheCancellation) {
  ManualLoop loop;
  RootGroup group(loop);
  std::optional<Cause> seen;
  auto task = group.spawn(wait_for_ever(&seen));
  loop.run_ready();
  task.cancel({Cause::caller, ""});
  loop.run_ready();
  EXPECT_EQ(seen, Cause::caller);
}

Task<void> cleanup(bool* cleaned) {
  co_await sleep_for(Milliseconds(3));
  *cleaned = true;
}
Task<void> cancelled_then_cleans(bool* cleaned) {
  OneShot<> never;
  try {
    co_await never.wait();
  } catch (const Cancelled&) {
  }
  co_await detached_for(Milliseconds(10), cleanup(cleaned), "cleanup");
}

TEST(Detached, RunsInACancelledScopeUntilItsOwnLimit) {
  ManualLoop loop;
  RootGroup group(loop);
  bool cleaned = false;
  auto task = group.spawn(cancelled_then_cleans(&cleaned));
  loop.run_ready();
  task.cancel({Cause::caller, ""});
  loop.advance(Milliseconds(20));
  EXPECT_TRUE(cleaned);
}

}  // namespace
}  // namespace executus
