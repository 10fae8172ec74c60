// Runs that cannot be driven, or come to nothing, keep no other from its turn, and cost little.
#include "run/worker/worked_test.hpp"

namespace executus::run {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class WorkerInTrouble : public Worked {
 protected:
  // So many processes have died with the run.
  void submit_fruitless(const std::string& id, int times) {
    submit(id);
    for (int i = 0; i < times; ++i) {
      auto other = h.journal.open_worker();
      ASSERT_TRUE(h.loop.run(other->claim(*RunId::parse(id), row(id).epoch)).has_value());
    }
  }
};

TEST_F(WorkerInTrouble, TellsOnceOfARunThatIsNotPossibleHere) {  // [DUR-16]
  auto& gate = h.add_tool("look", tool::Effect::pure);
  submit("needs-a-secret");
  gate.lacks = {"variable LOOK_TOKEN is not set"};
  h.agent.tools.clear();
  submit("fine");

  auto& worker = work();
  h.loop.advance(minutes(10));

  auto told_of = told<RunNotPossibleHere>();
  ASSERT_THAT(told_of, SizeIs(1));
  EXPECT_EQ(told_of[0].run.str(), "needs-a-secret");
  EXPECT_THAT(told_of[0].missing, ElementsAre(::testing::HasSubstr("LOOK_TOKEN")));
  EXPECT_EQ(row("needs-a-secret").attempts, 0);
  EXPECT_EQ(status("fine"), RunStatus::ok);

  gate.lacks.clear();
  worker.look();
  h.loop.advance(seconds(1));
  EXPECT_EQ(status("needs-a-secret"), RunStatus::ok);
}

TEST_F(WorkerInTrouble, ReadsARunThatIsNotPossibleHereLessAndLessOften) {  // [API-11]
  auto& gate = h.add_tool("look", tool::Effect::pure);
  submit("needs-a-secret");
  gate.lacks = {"variable LOOK_TOKEN is not set"};
  int reads = 0;
  h.store->on_read = [&] { ++reads; };

  work();
  h.loop.advance(minutes(10));

  EXPECT_GE(reads, 10);
  EXPECT_LE(reads, 20);
}

TEST_F(WorkerInTrouble, QuarantinesARunThatMadeNoProgressThreeTimes) {  // [DUR-16]
  submit_fruitless("poison", 3);
  submit("fine");

  work();
  h.loop.advance(minutes(1));

  ASSERT_THAT(told<RunQuarantined>(), SizeIs(1));
  EXPECT_EQ(told<RunQuarantined>()[0].run.str(), "poison");
  EXPECT_EQ(status("poison"), RunStatus::quarantined);
  EXPECT_EQ(status("fine"), RunStatus::ok);
}

TEST_F(WorkerInTrouble, ADamagedRunStopsNothing) {  // [DUR-18]
  submit_dying("damaged");
  h.store->damage = failed("journal.malformed", "an entry is damaged");
  work();
  h.loop.advance(seconds(1));
  EXPECT_EQ(status("damaged"), RunStatus::quarantined);

  h.store->damage.reset();
  submit("fine");
  h.loop.advance(seconds(1));

  EXPECT_EQ(status("fine"), RunStatus::ok);
}

TEST_F(WorkerInTrouble, TriesASuspectAfterAWhileAndWhenTheOthersHaveGotOn) {  // [DUR-16]
  h.model->wait.emplace();
  submit_fruitless("suspect", 2);
  submit("other");

  work({.max_attempts = std::nullopt});
  h.loop.advance(seconds(5));
  EXPECT_THAT(order_of_starts(), ElementsAre("other")) << "the suspect backs off, then waits";

  h.model->wait->set();
  h.loop.advance(seconds(1));
  EXPECT_THAT(order_of_starts(), ElementsAre("other", "suspect"));
}

TEST_F(WorkerInTrouble, StartsNothingBesideASuspectThatDoesNotGetOn) {  // [DUR-16]
  submit_fruitless("suspect", 2);
  h.model->wait.emplace();
  work();
  h.loop.advance(seconds(5));
  submit("other");

  h.loop.advance(seconds(20));
  EXPECT_THAT(order_of_starts(), ElementsAre("suspect"));
  h.model->wait.reset();  // for calls to come
  h.loop.advance(seconds(10));
  EXPECT_THAT(order_of_starts(), ElementsAre("suspect", "other")) << "it hangs, and holds up the others no longer";
}

TEST_F(WorkerInTrouble, DoesNotLetASuspectWaitForEver) {  // [DUR-16]
  h.model->wait.emplace();
  submit("long");
  work();
  h.loop.advance(seconds(1));
  h.model->wait.reset();  // for calls to come
  submit_fruitless("suspect", 2);

  h.loop.advance(seconds(20));
  EXPECT_THAT(order_of_starts(), ElementsAre("long"));
  h.loop.advance(seconds(20));
  EXPECT_THAT(order_of_starts(), ElementsAre("long", "suspect"));
}

TEST_F(WorkerInTrouble, LeavesARunAloneForAWhileThatItCouldNotOpen) {  // [DUR-18]
  submit("run");
  h.store->read_failures = 0;
  int claims = 0;
  h.store->on_claim = [&] { ++claims, h.store->read_failures = 2; };

  work({.max_attempts = std::nullopt});
  h.loop.advance(minutes(2));

  EXPECT_GE(claims, 3);
  EXPECT_LE(claims, 9);
}

TEST_F(WorkerInTrouble, ManyThatBackOffKeepNoOtherFromItsTurn) {  // [DUR-16]
  for (int i = 0; i < 300; ++i) submit_fruitless("suspect-" + std::to_string(i), 5);
  submit("fine");

  work({.concurrency = 1, .max_attempts = std::nullopt});
  h.loop.advance(seconds(1));

  EXPECT_THAT(order_of_starts(), ElementsAre("fine"));
}

TEST_F(WorkerInTrouble, ManySuspectsThatWaitKeepNoOtherFromItsTurn) {  // [DUR-16]
  h.model->wait.emplace();
  for (int i = 0; i < 300; ++i) submit_fruitless("suspect-" + std::to_string(i), 2);
  submit("long");
  work({.max_attempts = std::nullopt});
  h.loop.advance(seconds(5));
  auto looks = told<Looked>().size();
  h.model->wait.reset();  // for calls to come
  submit("fine");

  h.loop.advance(seconds(2));

  EXPECT_THAT(order_of_starts(), ElementsAre("long", "fine"));
  EXPECT_LE(told<Looked>().size(), looks + 4) << "it is looked through for new runs, not for the same ones";
}

TEST_F(WorkerInTrouble, SeesBetweenTwoLooksThatASuspectHasGotOn) {  // [DUR-16]
  hold_runs();
  submit_fruitless("suspect", 2);
  h.model->wait.emplace();
  auto answer_comes = *h.model->wait;
  work({.scan = seconds(10)});
  h.loop.advance(seconds(12));
  h.model->wait.reset();  // for calls to come
  submit("other");
  h.loop.advance(seconds(9));
  EXPECT_THAT(order_of_starts(), ElementsAre("suspect"));

  answer_comes.set();
  h.loop.advance(Milliseconds(200));

  EXPECT_THAT(order_of_starts(), ElementsAre("suspect", "other"));
}

// After a process that drove many runs has died twice, all of them are suspects.
TEST_F(WorkerInTrouble, TriesSuspectsThatGetOnOneSoonAfterTheOther) {  // [DUR-16]
  hold_runs();
  for (int i = 0; i < 50; ++i) submit_fruitless("suspect-" + std::to_string(i), 2);

  work({.concurrency = 100});
  h.loop.advance(seconds(2) + Milliseconds(100) * 60);

  EXPECT_THAT(order_of_starts(), SizeIs(50));
}

// Its row cannot be written; those behind it have their turn.
TEST_F(WorkerInTrouble, ARunThatCannotBeClaimedKeepsNoOtherFromItsTurn) {  // [DUR-18]
  submit("stuck");
  submit("fine");
  int tries = 0;
  h.store->fail_claim = [&](const RunId& run) { return run.str() == "stuck" && ++tries > 0; };

  work();
  h.loop.advance(minutes(2));

  EXPECT_EQ(status("fine"), RunStatus::ok);
  EXPECT_GE(tries, 3);
  EXPECT_LE(tries, 9);
}

TEST_F(WorkerInTrouble, AHostsStoreThatThrowsAtTheWatchIsLookedThroughAllTheSame) {  // [DUR-18]
  h.store->is_mute = false;
  h.store->on_watch = [] { throw Error(ErrorKind::failed, "store.odd", "no watch here"); };
  submit("run");

  work();
  h.loop.advance(seconds(1));

  EXPECT_EQ(status("run"), RunStatus::ok);
}

// Told of a change before, as it mostly is when a store goes away.
TEST_F(WorkerInTrouble, LooksNoMoreOftenThroughAStoreThatIsAway) {  // [DUR-18]
  h.store->is_mute = false;
  work();
  h.store->on_claimable = [] { throw Error(ErrorKind::disconnected, "store.away", "the store is away"); };
  submit("run");
  h.loop.advance(seconds(10));
  EXPECT_LE(told<LookFailed>().size(), 12u);

  h.store->on_claimable = {};
  h.loop.advance(seconds(1));
  EXPECT_EQ(status("run"), RunStatus::ok);
}

TEST_F(WorkerInTrouble, AnEventHandlerThatThrowsStopsNothing) {  // [API-11]
  submit("run");
  WorkOptions options;
  on_event = [](const WorkEvent&) { throw std::runtime_error("the log is full"); };

  work(options);
  h.loop.advance(seconds(1));

  EXPECT_EQ(status("run"), RunStatus::ok);
}

TEST(Backoff, GrowsWithAttemptsAndForgivesAClockThatWasSet) {  // [DUR-16]
  EXPECT_EQ(backoff_after(1), Milliseconds(0));
  EXPECT_EQ(backoff_after(2), kFirstBackoff);
  EXPECT_EQ(backoff_after(3), 2 * kFirstBackoff);
  EXPECT_EQ(backoff_after(1'000'000), kLongestBackoff);

  journal::RunRow row;
  row.fruitless = 2;
  row.updated = WallTime(seconds(100));
  EXPECT_TRUE(is_backing_off(row, WallTime(seconds(101))));
  EXPECT_FALSE(is_backing_off(row, WallTime(seconds(102))));
  EXPECT_FALSE(is_backing_off(row, WallTime(seconds(50))));
}

TEST(Resting, LastsLongerWhereManyRest) {  // [API-11]
  Resting resting;
  journal::RunRow row;
  MonoTime now{};
  for (int i = 0; i < 10'000; ++i) {
    row.id = *RunId::parse("run-" + std::to_string(i));
    (void)resting.lay_down(row, {"a"}, now);
  }
  for (int times = 0; times < 20; ++times) (void)resting.lay_down(row, {"a"}, now);

  EXPECT_TRUE(resting.rests(row, now + minutes(9)));
  EXPECT_FALSE(resting.rests(row, now + minutes(11)));
}

TEST(Resting, GrowsUntilTheRunMovesOn) {
  Resting resting;
  journal::RunRow row;
  row.id = *RunId::parse("run");
  MonoTime now{};

  EXPECT_EQ(resting.lay_down(row, {"a"}, now), Resting::News::yes);
  EXPECT_TRUE(resting.rests(row, now + Milliseconds(999)));
  EXPECT_FALSE(resting.rests(row, now + Milliseconds(1'000)));
  EXPECT_EQ(resting.lay_down(row, {"a"}, now), Resting::News::no);
  EXPECT_TRUE(resting.rests(row, now + Milliseconds(1'999)));
  EXPECT_EQ(resting.lay_down(row, {"b"}, now), Resting::News::yes);
  row.last_seq = 1;
  EXPECT_FALSE(resting.rests(row, now));
}

}  // namespace
}  // namespace executus::run
