// Which worker drives a run, and which runs a worker may take up.
#include <executus/conformance/journal.hpp>

namespace executus::conformance {
namespace {

using journal::AppendVerdict;
using journal::Opened;
using journal::Payload;
using journal::RunFilter;
using journal::Start;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(JournalConformance, LeavesRunsOfALiveWorkerAlone) {  // [DUR-17]
  if (skipped_without(Need::several_workers)) return;
  auto other = place_->open_worker();
  admit("r");

  EXPECT_THAT(claimable(*other), IsEmpty());
  EXPECT_EQ(run(other->claim(id("r"), 1)), std::nullopt);
  EXPECT_EQ(run(store_->claim(id("r"), 1)), std::nullopt);
}

TEST_P(JournalConformance, TakesOverTheRunsOfADeadWorker) {  // [DUR-17]
  if (skipped_without(Need::takeover)) return;
  auto other = place_->open_worker();
  auto row = admit("r");
  place_->presume_dead(*store_, *other);

  EXPECT_THAT(claimable(*other), ElementsAre("r"));
  auto claimed = run(other->claim(id("r"), row.epoch));

  ASSERT_TRUE(claimed);
  EXPECT_EQ(claimed->epoch, row.epoch + 1);
  EXPECT_EQ(claimed->attempts, 2);
  EXPECT_EQ(claimed->fruitless, 2);
  EXPECT_NE(claimed->worker, row.worker);
  EXPECT_EQ(claimed->status, RunStatus::running);
}

TEST_P(JournalConformance, RefusesALateWriterAfterTheRunWasTakenOver) {  // [DUR-17]
  if (skipped_without(Need::takeover)) return;
  auto other = place_->open_worker();
  auto row = admit("r");
  place_->presume_dead(*store_, *other);
  auto claimed = run(other->claim(id("r"), row.epoch)).value();

  EXPECT_EQ(append(row, {response()}).verdict, AppendVerdict::ownership_lost);
  run(store_->release(row.id, row.epoch, journal::Attempt::counts));
  run(store_->quarantine(row.id, row.epoch, "late"));

  EXPECT_EQ(find("r").worker, claimed.worker);
  EXPECT_EQ(find("r").status, RunStatus::running);
  EXPECT_EQ(run(other->append(append_to(claimed, {response()}))).verdict, AppendVerdict::appended);
}

TEST_P(JournalConformance, DropsWhatALateWriterDeferred) {  // [DUR-17]
  if (skipped_without(Need::takeover)) return;
  auto other = place_->open_worker();
  auto row = admit("r");
  place_->presume_dead(*store_, *other);
  ASSERT_TRUE(run(other->claim(id("r"), row.epoch)));
  store_->append_deferred(append_to(row, {steered()}));

  EXPECT_EQ(append(row, {response()}).verdict, AppendVerdict::ownership_lost);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted"));
}

// Of a driver of this process that did not hear that the run was taken over, and back again.
TEST_P(JournalConformance, DropsWhatWasDeferredInAnEarlierEpoch) {  // [DUR-17]
  for (bool late_first : {true, false}) {
    const std::string name = late_first ? "first" : "second";
    auto before = admit(name);
    run(store_->release(id(name), before.epoch, journal::Attempt::does_not_count));
    auto now = run(store_->claim(id(name), before.epoch)).value();
    auto late = append_to(before, {steered(), steered()});
    auto ours = append_to(now, {response()});
    store_->append_deferred(late_first ? late : ours);
    store_->append_deferred(late_first ? ours : late);
    now.last_seq += 1;

    EXPECT_EQ(append(now, {Opened{now.epoch, now.worker}}).verdict, AppendVerdict::appended);
    EXPECT_THAT(kinds(name), ElementsAre("admitted", "responded", "opened"));
  }
}

TEST_P(JournalConformance, GivesARunToOneOfTwoClaimants) {  // [DUR-17]
  if (skipped_without(Need::several_workers)) return;
  auto other = place_->open_worker();
  auto row = admit("r", Start::queued);

  auto first = run(store_->claim(id("r"), row.epoch));
  auto second = run(other->claim(id("r"), row.epoch));

  EXPECT_TRUE(first);
  EXPECT_EQ(second, std::nullopt);
}

TEST_P(JournalConformance, CountsAttemptsSinceTheLastProgress) {  // [DUR-16]
  auto row = admit("r", Start::queued);
  row = run(store_->claim(id("r"), row.epoch)).value();
  run(store_->release(id("r"), row.epoch, journal::Attempt::counts));
  row = run(store_->claim(id("r"), row.epoch)).value();
  EXPECT_EQ(row.fruitless, 2);

  append(row, {Opened{row.epoch, row.worker}});
  EXPECT_EQ(find("r").fruitless, 2);
  append(find("r"), {response()});

  EXPECT_EQ(find("r").fruitless, 0);
  EXPECT_EQ(find("r").attempts, 2);
}

TEST_P(JournalConformance, AnyProgressInAnAppendCounts) {  // [DUR-16]
  for (bool progress_first : {true, false}) {
    const std::string name = progress_first ? "first" : "last";
    auto row = admit(name);
    Payload idle = Opened{row.epoch, row.worker};
    append(row, progress_first ? std::vector<Payload>{response(), idle} : std::vector<Payload>{idle, response()});

    EXPECT_EQ(find(name).fruitless, 0) << name;
    EXPECT_EQ(find(name).steps, 1);
  }
}

TEST_P(JournalConformance, DoesNotCountHandBacks) {  // [DUR-16]
  auto row = admit("r", Start::queued);
  row = run(store_->claim(id("r"), row.epoch)).value();

  run(store_->release(id("r"), row.epoch, journal::Attempt::does_not_count));

  EXPECT_EQ(find("r").fruitless, 0);
  EXPECT_TRUE(find("r").worker.empty());
  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
}

TEST_P(JournalConformance, OffersWaitingRunsWhenTheirTimerIsDue) {  // [DUR-32]
  if (skipped_without(Need::clock)) return;
  auto row = admit("r");
  append(row, {waited(WaitReason::timer, clock_.wall() + minutes(1))});
  run(store_->release(id("r"), row.epoch, journal::Attempt::does_not_count));
  ASSERT_THAT(claimable(*store_), IsEmpty());

  clock_.advance(minutes(1));

  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
  EXPECT_EQ(run(store_->claim(id("r"), row.epoch)).value().status, RunStatus::waiting);
}

TEST_P(JournalConformance, OffersWaitingRunsThatParkedBeforeTheClockWasSetBack) {  // [DUR-32]
  if (skipped_without(Need::clock)) return;
  auto row = admit("r");
  append(row, {waited(WaitReason::timer, clock_.wall() + minutes(1))});
  clock_.jump_wall(-hours(24));
  run(store_->release(id("r"), row.epoch, journal::Attempt::does_not_count));

  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
}

TEST_P(JournalConformance, OffersWaitingRunsThatHaveCommands) {  // [DUR-38]
  auto row = admit("r");
  append(row, {waited(WaitReason::in_doubt)});
  run(store_->release(id("r"), row.epoch, journal::Attempt::does_not_count));
  ASSERT_THAT(claimable(*store_), IsEmpty());

  post("r", "resolve");

  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
}

TEST_P(JournalConformance, OffersNoRunThatEnded) {
  append(admit("r"), {ended()});

  EXPECT_THAT(claimable(*store_), IsEmpty());
  EXPECT_EQ(run(store_->claim(id("r"), 1)), std::nullopt);
  EXPECT_TRUE(find("r").worker.empty());
}

TEST_P(JournalConformance, OffersTheOldestFirstAndOnlyWhatIsAskedFor) {
  admit("b", Start::queued);
  admit("a", Start::queued);
  auto other = admission("c", Start::queued);
  other.agent = "cook";
  run(store_->admit(std::move(other)));
  RunFilter clerks;
  clerks.agent = "clerk";
  RunFilter one;
  one.limit = 1;

  EXPECT_THAT(claimable(*store_), ElementsAre("b", "a", "c"));
  EXPECT_THAT(claimable(*store_, clerks), ElementsAre("b", "a"));
  EXPECT_THAT(claimable(*store_, one), ElementsAre("b"));
}

TEST_P(JournalConformance, KeepsAQuarantinedRunUntilItIsLifted) {  // [DUR-16]
  auto row = admit("r");
  run(store_->quarantine(id("r"), row.epoch, "three attempts made no progress"));

  EXPECT_EQ(find("r").status, RunStatus::quarantined);
  EXPECT_EQ(find("r").reason, "three attempts made no progress");
  EXPECT_THAT(claimable(*store_), IsEmpty());
  EXPECT_THAT(kinds("r"), ElementsAre("admitted"));

  EXPECT_TRUE(run(store_->lift_quarantine(id("r"))));
  EXPECT_FALSE(run(store_->lift_quarantine(id("r"))));
  EXPECT_EQ(find("r").fruitless, 0);
  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
}

TEST_P(JournalConformance, ClaimsAQuarantinedRunForThoseWhoNameIt) {
  auto row = admit("r");
  run(store_->quarantine(id("r"), row.epoch, "no progress"));

  auto claimed = run(store_->claim(id("r"), row.epoch));

  ASSERT_TRUE(claimed);
  EXPECT_EQ(claimed->status, RunStatus::quarantined);
}

TEST_P(JournalConformance, HoldsALeaseOnceItDrivesARun) {
  if (skipped_without(Need::clock)) return;
  admit("r");
  store_->heartbeat();

  EXPECT_GT(store_->lease_until(), clock_.mono());
}

}  // namespace
}  // namespace executus::conformance
