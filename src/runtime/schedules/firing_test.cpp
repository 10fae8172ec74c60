// What a worker starts when the times of schedules come.
#include <executus/base/json.hpp>

#include "runtime/schedules/fired_test.hpp"

namespace executus::host {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using FiringTest = Fired;

TEST_F(FiringTest, QueuesTheRunOfADueTime) {  // [SCH-01]
  auto agent = scheduled("report", "*/5 * * * *");
  agent.inputs = {{"city", "Ulm"}};
  agent.delivery.kind = "mail";
  agent.delivery.id = "ann";
  declare({agent});
  work();
  h.loop.advance(minutes(5));

  ASSERT_EQ(runs().size(), 1U);
  auto row = runs()[0];
  EXPECT_EQ(row.id.str(), schedule::run_id_of("report", now()));
  EXPECT_EQ(row.status, RunStatus::queued);
  EXPECT_EQ(row.agent, "report");
  EXPECT_EQ(row.channel, "schedule");
  EXPECT_EQ(row.caller, "schedule");
  EXPECT_EQ(row.attributes.at("schedule"), "report");
  EXPECT_EQ(row.attributes.at("schedule_due"), "2023-11-15T00:05:00.000Z");
  auto admitted = std::get<journal::Admitted>(h.entries(row.id.str())[0].payload);
  EXPECT_THAT(write_json(admitted.invocation), AllOf(HasSubstr(R"("city":"Ulm")"), HasSubstr(R"("ann")")));
  EXPECT_EQ(admitted.input.back().text(), "What happened?");
  ASSERT_EQ(told<ScheduleFired>().size(), 1U);
  EXPECT_EQ(told<ScheduleFired>()[0].run, row.id);
  EXPECT_EQ(told<ScheduleFired>()[0].due, now());
  EXPECT_THAT(log.lines, IsEmpty());
}

TEST_F(FiringTest, GivesEachDueTimeOneRun) {  // [SCH-01] [SCH-08]
  declare({scheduled("report", "*/5 * * * *")});
  work();
  work();
  h.loop.advance(minutes(16));
  EXPECT_THAT(minutes_run(), ElementsAre(5, 10, 15));
  EXPECT_EQ(told<ScheduleFired>().size(), 3U) << "one of the two says so";
}

// A worker died between the run and the mark, and the file was edited before the next one came.
TEST_F(FiringTest, FindsTheRunThatIsThere) {  // [SCH-08]
  declare({scheduled("report", "*/5 * * * *")});
  auto first = scheduled("report", "*/5 * * * *");
  first.agent.system_prompt = "Be bad.";
  schedule::Order order{{}, midnight + minutes(5), schedule::run_id_of("report", midnight + minutes(5))};
  order.job.id = "report";
  (void)h.loop.run(h.executor->run(first.agent, invocation_of(first, order)));
  work();
  h.loop.advance(minutes(5));
  EXPECT_THAT(minutes_run(), ElementsAre(5));
  ASSERT_TRUE(job().last) << job().trouble;
  EXPECT_EQ(job().last->run, order.run_id);
}

TEST_F(FiringTest, AsksForNothingWhereNothingIsDeclared) {
  work();
  declare({});
  schedules.calls = 0;
  EXPECT_FALSE(h.loop.advance_to_next_timer());
  EXPECT_EQ(schedules.calls, 0);
}

TEST_F(FiringTest, LooksOnceAMinuteUntilATimeComes) {
  declare({scheduled("report", "0 6 * * *")});
  work();
  schedules.calls = 0;
  h.loop.advance(hours(1));
  EXPECT_LE(schedules.calls, 2 * 61);
  EXPECT_THAT(runs(), IsEmpty());
}

TEST_F(FiringTest, ComesInTimeAlthoughItSleeps) {
  declare({scheduled("report", "59 59 5 * * *")});
  work();
  h.loop.advance(hours(6) - seconds(1));
  EXPECT_EQ(job().last->at, midnight + hours(6) - seconds(1));
}

TEST_F(FiringTest, ComesInTimeAlsoForWhatComesWithinAPass) {  // [SCH-01]
  declare({scheduled("report", "0 1 * * *")});
  schedules.while_asked = [this] { h.loop.manual_clock().jump_wall(midnight + hours(1) + seconds(1) - now()); };
  work();
  h.loop.advance(seconds(1));
  EXPECT_THAT(minutes_run(), ElementsAre(60));
}

// A worker died between the run of 01:00 and the mark; it is back after 02:00, and that run still goes on.
TEST_F(FiringTest, KnowsTheRunOfATimeThatWasNotMarked) {  // [SCH-01] [SCH-08]
  auto agent = scheduled("report", "0 * * * *");
  agent.schedule.plan.overlap = schedule::Overlap::skip;
  declare({agent});
  work().stop();
  h.loop.run_ready();
  schedule::Order order{job(), midnight + hours(1), schedule::run_id_of("report", midnight + hours(1))};
  (void)h.loop.run(h.executor->run(agent.agent, invocation_of(agent, order)));
  h.loop.manual_clock().jump_wall(hours(2) + minutes(30));
  work();
  EXPECT_THAT(minutes_run(), ElementsAre(60)) << "no second one beside it";
  EXPECT_EQ(job().last_run, order.run_id);
  ASSERT_EQ(told<ScheduleSkipped>().size(), 1U);
  EXPECT_EQ(told<ScheduleSkipped>()[0].first, midnight + hours(2));
}

TEST_F(FiringTest, TellsWhatItSkipsAndWhy) {  // [SCH-01]
  declare({scheduled("report", "0 * * * *")});
  work().stop();
  h.loop.run_ready();
  h.loop.manual_clock().jump_wall(hours(3) + minutes(30));
  work();
  ASSERT_EQ(told<ScheduleSkipped>().size(), 1U);
  auto skipped = told<ScheduleSkipped>()[0];
  EXPECT_EQ(skipped.schedule, "report");
  EXPECT_EQ(skipped.first, midnight + hours(1));
  EXPECT_EQ(skipped.times, 2);
  EXPECT_EQ(skipped.reason, "nothing ran schedules then");
  EXPECT_THAT(minutes_run(), ElementsAre(180)) << "and the last of them has its run";
}

// 20 jobs, half a day: also where each start wakes the worker.
TEST_F(FiringTest, CatchesUpNoFasterThanItMay) {
  std::vector<ScheduledAgent> agents;
  for (int i = 0; i < 20; ++i) agents.push_back(scheduled("report" + std::to_string(i), "0 * * * *"));
  declare(agents);
  work().stop();
  h.loop.run_ready();
  h.loop.manual_clock().jump_wall(hours(12) + minutes(30));
  work();
  for (int minute = 1; minute <= 5; ++minute) {
    EXPECT_EQ(runs().size(), 4U * minute);
    h.loop.advance(minutes(1) + seconds(1));
  }
  EXPECT_EQ(runs().size(), 20U);
}

TEST_F(FiringTest, StandsBackWhileTheRunBeforeGoesOn) {
  auto agent = scheduled("report", "*/5 * * * *");
  agent.schedule.plan.overlap = schedule::Overlap::skip;
  declare({agent});
  work();
  h.loop.advance(minutes(10));
  EXPECT_THAT(minutes_run(), ElementsAre(5)) << "it is queued, and nothing drives it";
  ASSERT_EQ(told<ScheduleSkipped>().size(), 1U);
  EXPECT_THAT(told<ScheduleSkipped>()[0].reason, HasSubstr("still went on"));

  auto row = runs()[0];
  auto claimed = *h.loop.run(h.store->inner().claim(row.id, row.epoch));
  h.loop.run(h.store->inner().quarantine(row.id, claimed.epoch, "it fails again and again"));
  h.loop.advance(minutes(5));
  EXPECT_THAT(minutes_run(), ElementsAre(5, 15)) << "what is tried no more holds nothing up";
}

TEST_F(FiringTest, FiresWhatItIsToldToTake) {
  declare({scheduled("mine", "*/5 * * * *"), scheduled("other", "*/5 * * * *")});
  work().stop();  // has declared both
  h.loop.run_ready();
  WorkOptions options;
  options.agents = {"mine"};
  work(options);
  h.loop.advance(minutes(5));
  ASSERT_EQ(runs().size(), 1U);
  EXPECT_EQ(runs()[0].agent, "mine");
}

TEST_F(FiringTest, StartsNothingOnceItIsStopped) {
  declare({scheduled("report", "*/5 * * * *")});
  auto& worker = work();
  h.loop.advance(minutes(5));
  worker.stop();
  h.loop.run_ready();
  EXPECT_FALSE(h.loop.advance_to_next_timer()) << "it is over";
  h.loop.advance(minutes(10));
  EXPECT_EQ(runs().size(), 1U);
}

TEST_F(FiringTest, DoesNothingForAPausedSchedule) {
  declare({scheduled("report", "*/5 * * * *")});
  work();
  put(schedule::paused(job(), now()));
  h.loop.advance(minutes(12));
  EXPECT_THAT(runs(), IsEmpty());
  put(schedule::resumed(job(), now(), next_by_cron));
  h.loop.advance(minutes(4));
  EXPECT_THAT(minutes_run(), ElementsAre(15)) << "the times of the pause are not missed";
}

}  // namespace
}  // namespace executus::host
