// Edits, pauses and what they do to the time that is open.
#include "schedule/scheduled_test.hpp"

namespace executus::schedule {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Changes : public Scheduled {
 protected:
  void edit(const PlanChange& change) { put(edited(job(), change, now(), next_time)); }
  static PlanChange to_every(seconds step) {
    PlanChange change;
    change.cron = every(step).cron;
    return change;
  }
};

TEST_F(Changes, NeverFireForATimeBeforeTheEdit) {
  declare("job", every(hours(24)));
  at(kMidnight + hours(12) + minutes(30));
  edit(to_every(hours(1)));
  EXPECT_EQ(tick(), Pass{});
  EXPECT_EQ(job().next, kMidnight + hours(13));
  EXPECT_FALSE(job().skipped);
}

TEST_F(Changes, DropWhatWasMissedBeforeTheEdit) {
  declare("job", every(hours(1)));
  at(kMidnight + hours(12) + minutes(30));  // nothing ran schedules
  edit(to_every(hours(2)));
  EXPECT_EQ(tick(), Pass{});
  EXPECT_EQ(job().next, kMidnight + hours(14));
  EXPECT_EQ(job().skipped->reason, "it was missed before the schedule was changed");
}

TEST_F(Changes, KeepTheRunThatItsJitterMoved) {
  auto plan = every(hours(1));
  plan.jitter = minutes(10);
  declare("job", plan);
  auto due = *job().next, fires = job().fires_at;
  at(due + (fires - due) / 2);
  edit(to_every(minutes(7)));
  EXPECT_EQ(job().next, due) << "one time is open";

  at(fires);
  EXPECT_EQ(tick().started, 1);

  EXPECT_THAT(minutes_run(), ElementsAre(60));
  EXPECT_GT(*job().next, due + (fires - due) / 2) << "and none of the new plan from before the edit";
}

TEST_F(Changes, KeepTheRunThatWaitsForAPass) {
  declare("job", every(hours(1)));
  at(kMidnight + hours(1) + seconds(59));
  edit(to_every(hours(2)));
  EXPECT_EQ(tick().started, 1);
  EXPECT_THAT(minutes_run(), ElementsAre(60));
  EXPECT_EQ(job().next, kMidnight + hours(2));
}

TEST_F(Changes, BeforeAndAfterTheJitterLeaveOneTime) {
  auto plan = every(hours(1));
  plan.jitter = minutes(10);
  declare("job", plan);
  at(kMidnight + minutes(59));
  edit(to_every(hours(2)));
  at(kMidnight + hours(1) + minutes(11));
  EXPECT_EQ(tick(), Pass{}) << "the old time is gone";
  at(job().fires_at);
  EXPECT_EQ(tick().started, 1);
  edit(to_every(hours(3)));
  EXPECT_EQ(job().next, kMidnight + hours(3));
  EXPECT_EQ(tick(), Pass{});
}

TEST_F(Changes, KeepWhatTheyDoNotName) {
  auto plan = every(hours(1), Misfire::run_all, Overlap::queue);
  plan.timezone = "Australia/Lord_Howe";
  plan.jitter = minutes(3);
  declare("job", plan);
  edit(to_every(hours(2)));
  plan.cron = every(hours(2)).cron;
  EXPECT_EQ(job().plan, plan);
}

TEST_F(Changes, WithoutADifferenceLeaveTheJobAlone) {
  declare("job", every(hours(1)));
  at(kMidnight + hours(5) + minutes(30));
  runs.trouble = [](const Order&) { throw std::runtime_error("away"); };
  (void)tick();
  auto before = job();
  EXPECT_EQ(before.failures, 1);
  EXPECT_EQ(edited(before, change_to(before.plan), now(), next_time), before) << "missed times are not dropped either";
}

TEST_F(Changes, OfOtherThingsKeepTheTime) {
  declare("job", every(hours(1)));
  PlanChange change;
  change.misfire = Misfire::run_all;
  at(kMidnight + hours(3) + minutes(30));
  edit(change);
  EXPECT_EQ(job().next, kMidnight + hours(1)) << "missed, and by the new rule to be run";
  at(kMidnight + minutes(30));
  change.jitter = minutes(10);
  edit(change);
  EXPECT_EQ(job().next, kMidnight + hours(1));
  EXPECT_GT(job().fires_at, kMidnight + hours(1));
}

TEST_F(Changes, ThatCannotBeReadAreRefused) {
  declare("job", every(hours(1)));
  PlanChange change;
  change.cron = "61 * * * *";
  EXPECT_THROW((void)edited(job(), change, now(), next_time), Error);
  EXPECT_THROW((void)declared("other", {"61 * * * *"}, now(), next_time), Error);
}

TEST_F(Changes, StartAJobAgainThatCouldNotBeRead) {
  declare("job", every(hours(1)));
  auto broken = job();
  broken.plan.cron = "61 * * * *";
  put(broken);
  pass_time(hours(1));
  (void)tick();
  ASSERT_FALSE(job().next);
  edit(to_every(hours(1)));
  pass_time(hours(1));
  EXPECT_EQ(tick().started, 1);
}

TEST_F(Changes, ThatStopAJobCloseItsTimeForGood) {
  declare("job", every(hours(1)));
  at(kMidnight + hours(1) + minutes(2));
  put(stopped(job(), now(), "its file is gone"));
  EXPECT_EQ(job().last, (Firing{kMidnight + hours(1), now(), "", "its file is gone"}));
  at(kMidnight + hours(9));
  EXPECT_EQ(tick(), Pass{});

  put(edited(job(), change_to(job().plan), now(), next_time));

  EXPECT_EQ(tick(), Pass{}) << "no time before it was declared again";
  EXPECT_EQ(job().next, kMidnight + hours(10));
}

TEST_F(Changes, OfAPauseMissNothing) {
  declare("job", every(hours(1), Misfire::run_all));
  at(kMidnight + minutes(30));
  put(paused(job(), now()));
  at(kMidnight + hours(12) + minutes(30));
  EXPECT_EQ(tick(), Pass{});

  put(resumed(job(), now(), next_time));

  EXPECT_EQ(tick(), Pass{});
  EXPECT_FALSE(job().skipped) << "what came in a pause is not missed";
  at(kMidnight + hours(13));
  EXPECT_EQ(tick().started, 1);
  EXPECT_THAT(minutes_run(), ElementsAre(13 * 60));
}

TEST_F(Changes, SkipWhatAPauseLeftOpen) {
  declare("job", every(hours(1)));
  at(kMidnight + hours(1));
  put(paused(job(), now()));
  at(kMidnight + hours(5) + minutes(1));
  put(resumed(job(), now(), next_time));
  EXPECT_EQ(job().next, kMidnight + hours(6));
  EXPECT_EQ(job().skipped->reason, "the schedule was paused before it ran");
}

TEST_F(Changes, InAPauseLeaveItPaused) {
  declare("job", every(hours(1)));
  put(paused(job(), now()));
  edit(to_every(minutes(1)));
  at(kMidnight + hours(3));
  EXPECT_EQ(tick(), Pass{});
  EXPECT_THAT(runs.dues, IsEmpty());
  put(resumed(job(), now(), next_time));
  EXPECT_EQ(job().next, now() + minutes(1));
  EXPECT_EQ(resumed(job(), now() + hours(9), next_time), job()) << "one that is not paused stays as it is";
}

}  // namespace
}  // namespace executus::schedule
