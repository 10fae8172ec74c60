// A due time while the run before it goes on; jitter.
#include <executus/base/ids.hpp>

#include "schedule/scheduled_test.hpp"

namespace executus::schedule {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Overlapping : public Scheduled {
 protected:
  // Started at 00:01, and still going on.
  void start_one(Overlap overlap, Misfire misfire = Misfire::run_once) {
    declare("job", every(minutes(1), misfire, overlap));
    pass_time(minutes(1));
    ASSERT_EQ(tick().started, 1);
    runs.active = {job().last_run};
  }
};

TEST_F(Overlapping, SkipsTheTimeAndSaysWhy) {
  start_one(Overlap::skip);
  pass_time(minutes(1));
  EXPECT_EQ(tick(), (Pass{.skipped = 1}));
  EXPECT_THAT(job().skipped->reason, HasSubstr("the run before it, " + job().last_run + ", still went on"));
  EXPECT_EQ(job().last->due, kMidnight + minutes(1));
  runs.active.clear();
  pass_time(minutes(1));
  EXPECT_EQ(tick().started, 1);
  EXPECT_THAT(minutes_run(), ElementsAre(1, 3));
}

TEST_F(Overlapping, RunsBesideIt) {
  start_one(Overlap::allow);
  pass_time(minutes(1));
  EXPECT_EQ(tick().started, 1);
}

TEST_F(Overlapping, QueuesTheTimeUntilTheRunEnds) {
  start_one(Overlap::queue);
  pass_time(minutes(1));
  EXPECT_EQ(tick(), (Pass{.held = 1}));
  auto held = job();
  pass_time(minutes(30));
  EXPECT_EQ(tick(), (Pass{.held = 1})) << "it came in time, however long it waits";
  EXPECT_EQ(job(), held) << "and is not written at each pass";
  runs.active.clear();

  EXPECT_EQ(tick().started, 2) << "the one that waited, and the last of those that came meanwhile";
  EXPECT_THAT(minutes_run(), ElementsAre(1, 2, 32));
}

TEST_F(Overlapping, QueuesEachTimeWhereAllAreRun) {
  start_one(Overlap::queue, Misfire::run_all);
  pass_time(minutes(1));
  EXPECT_EQ(tick(), (Pass{.held = 1}));
  pass_time(minutes(5));
  runs.active.clear();
  for (int i = 0; i < 10; ++i) (void)tick();
  EXPECT_THAT(minutes_run(), ElementsAre(1, 2, 3, 4, 5, 6, 7));
}

TEST_F(Overlapping, IsTriedAgainWhereItCannotBeTold) {
  start_one(Overlap::skip);
  auto with = config();
  with.active = [](std::string) -> Task<bool> { throw std::runtime_error("the store is away"); };
  pass_time(minutes(1));
  EXPECT_EQ(tick(std::move(with)), (Pass{.failed = 1}));
  EXPECT_EQ(job().next, now());
}

// The run before it is tried again, though it had ended when this one was started.
TEST_F(Overlapping, ClosesATimeWhoseRunIsThere) {  // [SCH-08]
  start_one(Overlap::skip);
  pass_time(minutes(1));
  runs.there.insert(run_id_of("job", now()));
  EXPECT_EQ(tick(), (Pass{.started = 1}));
  EXPECT_EQ(job().last_run, run_id_of("job", now()));
}

TEST_F(Overlapping, LeavesNoTroubleBehind) {
  for (auto overlap : {Overlap::skip, Overlap::queue}) {
    start_one(overlap);
    pass_time(minutes(1));
    auto troubled = job();
    troubled.failures = 2;
    troubled.trouble = "away";
    put(troubled);
    (void)tick();
    EXPECT_EQ(job().failures, 0);
    EXPECT_EQ(job().trouble, "");
    ASSERT_TRUE(loop.run(store.remove("job")));
  }
}

TEST_F(Overlapping, MovesRunsByTheirJitterAlwaysTheSame) {
  auto plan = every(hours(1));
  plan.jitter = minutes(10);
  declare("job", plan);
  declare("other", plan);
  auto due = *job().next;
  auto jitter = job().fires_at - due;
  EXPECT_GT(jitter, Milliseconds(0));
  EXPECT_LE(jitter, minutes(10));
  EXPECT_NE(job("other").fires_at - due, jitter) << "so that jobs do not all come at once";

  at(due + jitter - Milliseconds(1));
  EXPECT_EQ(tick().started, 0);
  at(due + jitter);
  EXPECT_EQ(tick(config()).started, job("other").fires_at <= now() ? 2 : 1);
  EXPECT_EQ(job().last->run, run_id_of("job", due)) << "the run is that of the due time";
  MemorySchedules elsewhere;
  ASSERT_TRUE(loop.run(elsewhere.add(declared("job", plan, kMidnight, next_time))));
  EXPECT_EQ(loop.run(elsewhere.find("job"))->fires_at, due + jitter);
}

TEST(RunIdOf, IsALegalRunIdOfJobAndTime) {
  EXPECT_EQ(run_id_of("report", kMidnight).substr(0, 7), "report-");
  EXPECT_THAT(run_id_of("report", kMidnight), HasSubstr("-20231115T000000Z"));
  for (const std::string& job :
       {std::string("report"), std::string(300, 'x'), std::string("Bericht \xc3\xbc/../\n"), std::string()})
    EXPECT_TRUE(RunId::parse(run_id_of(job, kMidnight + Milliseconds(7)))) << run_id_of(job, kMidnight);
  EXPECT_NE(run_id_of(std::string(300, 'x'), kMidnight), run_id_of(std::string(301, 'x'), kMidnight));
  EXPECT_NE(run_id_of("a", kMidnight), run_id_of("a", kMidnight + Milliseconds(1)));
}

}  // namespace
}  // namespace executus::schedule
