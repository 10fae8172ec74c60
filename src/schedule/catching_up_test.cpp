// Times that came while nothing ran schedules.
#include "schedule/scheduled_test.hpp"

namespace executus::schedule {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

using CatchingUp = Scheduled;

TEST_F(CatchingUp, RunsTheLastMissedTimeOnce) {
  declare("job", every(hours(1)));
  at(kMidnight + hours(12) + minutes(30));
  EXPECT_EQ(tick(), (Pass{.started = 1, .skipped = 11}));
  EXPECT_THAT(minutes_run(), ElementsAre(12 * 60));
  EXPECT_EQ(job().skipped, (Skipped{kMidnight + hours(1), kMidnight + hours(12), 11, "nothing ran schedules then"}));
  EXPECT_EQ(job().next, kMidnight + hours(13));
}

TEST_F(CatchingUp, SkipsAllMissedTimes) {
  declare("job", every(hours(1), Misfire::skip));
  at(kMidnight + hours(12) + minutes(30));
  EXPECT_EQ(tick(), (Pass{.skipped = 12}));
  EXPECT_EQ(job().skipped->first, kMidnight + hours(1));
  at(kMidnight + hours(13));
  EXPECT_EQ(tick(), (Pass{.started = 1}));
}

TEST_F(CatchingUp, RunsAllMissedTimesOneInAPass) {
  declare("job", every(hours(1), Misfire::run_all));
  at(kMidnight + hours(3) + minutes(30));
  EXPECT_EQ(tick(), (Pass{.started = 1}));
  EXPECT_THAT(minutes_run(), ElementsAre(60));
  (void)tick();
  (void)tick();
  EXPECT_THAT(minutes_run(), ElementsAre(60, 120, 180));
  EXPECT_EQ(tick(), Pass{});
}

// 20 jobs, half a day: not a day of runs in a minute.
TEST_F(CatchingUp, KeepsToItsShareOfAPass) {
  for (auto misfire : {Misfire::run_once, Misfire::skip, Misfire::run_all})
    for (int i = 0; i < 20; ++i) declare(std::string(to_string(misfire)) + std::to_string(i), every(hours(1), misfire));
  at(kMidnight + hours(12) + minutes(30));
  std::vector<int> started;
  while (started.empty() || started.back() > 0) started.push_back(tick().started);
  started.pop_back();

  EXPECT_THAT(started, Each(4));
  EXPECT_EQ(started.size(), (20U + 20U * 12U) / 4U) << "each once, and each of 12 times";
  EXPECT_EQ(runs.there.size(), 20U + 20U * 12U);
}

// A host may tick more often than that.
TEST_F(CatchingUp, KeepsToItsShareOfAnInterval) {
  for (int i = 0; i < 6; ++i) declare("job" + std::to_string(i), every(hours(1)));
  at(kMidnight + hours(12) + minutes(30));
  Runner runner(config());
  EXPECT_EQ(loop.run(runner.tick()).started, 4);
  pass_time(seconds(59));
  EXPECT_EQ(loop.run(runner.tick()).started, 0);
  pass_time(seconds(1));
  EXPECT_EQ(loop.run(runner.tick()).started, 2);
}

TEST_F(CatchingUp, GivesEveryJobItsTurn) {
  declare("behind", every(hours(1), Misfire::run_all));
  declare("other", every(hours(6)));
  at(kMidnight + hours(12) + minutes(30));
  for (int pass = 0; pass < 3; ++pass, pass_time(minutes(1))) {
    auto with = config();
    with.late_per_pass = 1;
    (void)tick(std::move(with));
  }
  EXPECT_THAT(minutes_run(), ElementsAre(60, 12 * 60, 120))
      << "one that is far behind does not keep the others waiting";
}

TEST_F(CatchingUp, EndsNoScheduleByTheNumberOfItsTimes) {
  declare("once", every(seconds(1)));
  declare("all", every(seconds(1), Misfire::run_all));
  declare("none", every(seconds(1), Misfire::skip));
  at(kMidnight + hours(24 * 365));
  int asked = 0;
  auto with = config();
  with.next = [&asked](const Plan& plan, WallTime after) { return ++asked, next_time(plan, after); };

  (void)tick(std::move(with));

  EXPECT_LT(asked, 5'000) << "31 million times are not counted one by one";
  EXPECT_EQ(job("none").next, now() + seconds(1));
  EXPECT_EQ(job("none").skipped->count, kMostCounted);
  EXPECT_EQ(job("once").last->due, now()) << "the last is in time";
  EXPECT_EQ(job("all").last->due, now() - hours(24 * 7)) << "older ones are too old";
}

TEST_F(CatchingUp, RunsNothingThatIsTooOld) {
  declare("once", every(hours(24 * 30)));
  declare("all", every(hours(24), Misfire::run_all));
  at(*job("once").next + hours(24 * 10));
  auto before = now();
  EXPECT_EQ(tick().started, 1);
  EXPECT_EQ(job("once").last, std::nullopt);
  EXPECT_EQ(job("once").skipped->reason, "nothing ran schedules then, and it is too long ago to catch up");
  EXPECT_GT(*job("once").next, before);
  EXPECT_EQ(job("all").last->due, before - hours(24 * 7));
}

TEST_F(CatchingUp, CountsALittleLateAsInTime) {
  declare("job", every(hours(1), Misfire::skip));
  at(kMidnight + hours(1) + minutes(2));
  EXPECT_EQ(tick().started, 1);
  at(kMidnight + hours(2) + minutes(2) + Milliseconds(1));
  EXPECT_EQ(tick(), (Pass{.skipped = 1}));
}

// As a queue does that has no room.
TEST_F(CatchingUp, WaitsWhileTheQueueIsFull) {
  declare("job", every(hours(1)));
  at(kMidnight + hours(5) + minutes(30));
  runs.trouble = [](const Order&) { throw Error(ErrorKind::overloaded, "queue.full", "the queue is full"); };
  EXPECT_EQ(tick().failed, 1);
  runs.trouble = nullptr;
  pass_time(seconds(30));
  EXPECT_EQ(tick().started, 1);
  EXPECT_THAT(minutes_run(), ElementsAre(5 * 60));
}

// Its lateness is no reason to drop what was there in time and is tried again.
TEST_F(CatchingUp, IsNotForATimeThatIsTriedAgain) {
  for (auto misfire : {Misfire::run_once, Misfire::skip, Misfire::run_all}) {
    auto id = std::string(to_string(misfire));
    at(kMidnight);
    declare(id, every(hours(1), misfire));
    runs.dues.clear();
    runs.trouble = [](const Order&) { throw std::runtime_error("away"); };
    for (int minute = 60; minute < 60 + 90; ++minute) at(kMidnight + minutes(minute)), (void)tick();
    EXPECT_EQ(job(id).next, kMidnight + hours(1)) << id;
    EXPECT_FALSE(job(id).skipped) << id;
    runs.trouble = nullptr;
    at(*job(id).hold_until);
    (void)tick();
    EXPECT_EQ(runs.dues.at(0), kMidnight + hours(1)) << id;
    EXPECT_EQ(job(id).failures, 0) << id;
    ASSERT_TRUE(loop.run(store.remove(id)));
  }
}

TEST_F(CatchingUp, GivesUpWhatIsTriedForTooLong) {
  declare("job", every(hours(24 * 5)));
  declare("none", every(hours(24 * 5), Misfire::skip));
  auto first = *job().next;
  runs.trouble = [](const Order&) { throw std::runtime_error("away"); };
  at(first);
  (void)tick();
  at(first + hours(24 * 7) + Milliseconds(1));
  runs.trouble = nullptr;
  EXPECT_EQ(tick(), (Pass{.started = 1, .skipped = 3}));
  EXPECT_EQ(job("none").last, std::nullopt) << "the second time of it was missed, not tried";
  EXPECT_EQ(job().skipped, (Skipped{first, first + hours(24 * 5), 1, "its run could not be started: away"}));
  EXPECT_EQ(job().last->due, first + hours(24 * 5)) << "which was missed meanwhile";
  EXPECT_EQ(job().failures, 0);
}

// A runner died between the run and the mark, and nothing ran schedules until after the next time.
TEST_F(CatchingUp, ClosesATimeWhoseRunIsThere) {  // [SCH-08]
  for (auto misfire : {Misfire::run_once, Misfire::skip}) {
    auto id = std::string(to_string(misfire));
    at(kMidnight);
    declare(id, every(hours(1), misfire));
    auto run = run_id_of(id, kMidnight + hours(1));
    runs.there = runs.active = {run};
    at(kMidnight + hours(2) + minutes(30));
    EXPECT_EQ(tick(), (Pass{.started = 1, .skipped = 1})) << id;
    EXPECT_EQ(job(id).last, (Firing{kMidnight + hours(1), now(), run, ""})) << id;
    EXPECT_EQ(job(id).skipped->first, kMidnight + hours(2)) << id << ": it still goes on, or the time was missed";
    EXPECT_EQ(runs.there.size(), 1U) << id;
    ASSERT_TRUE(loop.run(store.remove(id)));
  }
}

}  // namespace
}  // namespace executus::schedule
