// A worker takes up what becomes due, at the next look at the latest.
#include "run/worker/worked_test.hpp"

namespace executus::run {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(Worked, TakesUpWhatIsDueOldestFirst) {  // [API-11] [DUR-18]
  for (const char* id : {"c", "a", "b"}) submit(id);

  work();
  h.loop.advance(seconds(1));

  EXPECT_THAT(order_of_starts(), ElementsAre("c", "a", "b"));
  for (const char* id : {"a", "b", "c"}) EXPECT_EQ(status(id), RunStatus::ok) << id;
}

TEST_F(Worked, TakesUpAtTheNextLookWhatBecomesDueLater) {  // [DUR-18]
  work();
  submit("queued");
  submit_dying("interrupted");
  EXPECT_EQ(status("queued"), RunStatus::queued);

  h.loop.advance(seconds(2));

  EXPECT_EQ(status("queued"), RunStatus::ok);
  EXPECT_EQ(status("interrupted"), RunStatus::ok);
}

TEST_F(Worked, LeavesToAWorkerWhatIsQueuedTwice) {
  submit("queued");
  submit("queued");
  EXPECT_EQ(status("queued"), RunStatus::queued);
  EXPECT_EQ(row("queued").attempts, 0);
}

// The scan is all there is here: no store tells of changes.
TEST_F(Worked, LooksOnceAScan) {  // [API-11]
  int looks = 0;
  h.store->on_claimable = [&] { ++looks; };

  work({.scan = seconds(2)});
  h.loop.advance(seconds(61));

  EXPECT_EQ(looks, 31);
  EXPECT_THAT(told<Looked>(), SizeIs(31));
}

TEST_F(Worked, WakesAParentWhenItsChildHasEnded) {  // [DUR-18] [DUR-29]
  submit("parent");
  Invocation child = h.invocation("child");
  child.parent = *RunId::parse("parent");
  child.start = Invocation::Start::queued;
  (void)h.loop.run(h.executor->run(h.agent, std::move(child)));
  waits_for_a_child("parent");

  work();
  h.loop.advance(seconds(2));

  EXPECT_THAT(order_of_starts(), ElementsAre("child", "parent"));
  EXPECT_EQ(status("parent"), RunStatus::ok);
}

TEST_F(Worked, DrivesNoMoreAtOnceThanItMay) {  // [API-11]
  hold_runs();
  for (int i = 0; i < 5; ++i) submit("r" + std::to_string(i));

  work({.concurrency = 2});
  h.loop.advance(seconds(5));
  EXPECT_THAT(order_of_starts(), ElementsAre("r0", "r1"));

  let_go_all();
  h.loop.advance(seconds(1));
  EXPECT_THAT(order_of_starts(), ElementsAre("r0", "r1", "r2", "r3"));
}

// A thousand runs and a provider that answers at once: it is asked fifty times a second.
TEST_F(Worked, IsPaced) {  // [DUR-18]
  for (int i = 0; i < 200; ++i) submit("r" + std::to_string(i));

  work({.concurrency = 200, .starts_per_second = 50});
  EXPECT_THAT(order_of_starts(), SizeIs(1));
  h.loop.advance(seconds(1));
  EXPECT_THAT(order_of_starts(), SizeIs(51));
  h.loop.advance(seconds(3));
  EXPECT_THAT(order_of_starts(), SizeIs(200));
}

TEST_F(Worked, LeavesRunsOfOtherAgentsAlone) {  // [API-11]
  submit("mine", "one");
  submit("not-mine", "two");
  submit("mine-too", "three");

  work({.agents = {"three", "one", "three"}});
  h.loop.advance(seconds(3));

  EXPECT_EQ(told<Looked>().front().due, 2u) << "an agent that is named twice counts once";
  EXPECT_THAT(order_of_starts(), ElementsAre("mine", "mine-too"));
  EXPECT_EQ(status("not-mine"), RunStatus::queued);
}

TEST_F(Worked, TakesUpRunsOfHigherPriorityFirstAlsoAmongItsAgents) {  // [API-11] [DUR-18]
  submit("first", "one");
  submit("second", "two");
  submit("urgent", "one", 5);

  work({.concurrency = 1, .agents = {"two", "one"}});
  h.loop.advance(seconds(3));

  EXPECT_THAT(order_of_starts(), ElementsAre("urgent", "first", "second"));
}

TEST_F(Worked, TakesUpNoMoreThanALimitAllows) {  // [DUR-18]
  hold_runs();
  for (const auto* id : {"a", "b", "c"}) submit(id);
  auto limit = [&](std::optional<int> runs, bool paused = false) {
    h.loop.run(h.store->set_limit({journal::LimitOf::agent, "test", runs, paused}));
    h.loop.advance(seconds(1));
  };
  limit(1);
  work();
  h.loop.advance(seconds(3));
  EXPECT_THAT(order_of_starts(), ElementsAre("a"));

  limit(2);
  EXPECT_THAT(order_of_starts(), ElementsAre("a", "b")) << "a limit acts while the worker works";
  limit(2, true);
  let_go_all();
  h.loop.advance(seconds(3));
  EXPECT_EQ(status("b"), RunStatus::ok);
  EXPECT_THAT(order_of_starts(), ElementsAre("a", "b")) << "paused";
  limit(std::nullopt);

  EXPECT_THAT(order_of_starts(), ElementsAre("a", "b", "c"));
}

TEST_F(Worked, LetsCallersTakeTurns) {  // [DUR-18]
  for (const auto* id : {"a1", "a2", "a3"}) submit(id);
  h.agent.name = "test";
  auto of_bob = h.invocation("b1");
  of_bob.caller = "bob";
  of_bob.start = Invocation::Start::queued;
  (void)h.loop.run(h.executor->run(h.agent, std::move(of_bob)));

  work({.concurrency = 1});
  h.loop.advance(seconds(3));

  EXPECT_THAT(order_of_starts(), ElementsAre("a1", "b1", "a2", "a3"));
}

TEST_F(Worked, AStoreThatIsAwayOnlyDelays) {  // [DUR-18]
  submit("run");
  h.store->calls_until_away = 0;

  work();
  EXPECT_THAT(told<LookFailed>(), SizeIs(1));
  h.loop.advance(seconds(1));

  EXPECT_EQ(status("run"), RunStatus::ok);
}

TEST_F(Worked, RefusesOptionsThatMakeNoSense) {
  EXPECT_THROW(work({.concurrency = 0}), Error);
  EXPECT_THROW(work({.scan = Milliseconds(0)}), Error);
}

}  // namespace
}  // namespace executus::run
