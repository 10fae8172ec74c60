// Runs that cannot be started, and a store that is away.
#include "runtime/schedules/fired_test.hpp"

namespace executus::host {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using FiringTrouble = Fired;

Task<void> admitting(bool is_away) {
  if (is_away) throw Error(ErrorKind::disconnected, "store.io", "the disk is away");
  co_return;
}

TEST_F(FiringTrouble, ClosesTheTimeOfARunThatCannotBe) {  // [SCH-04]
  auto broken = scheduled("report", "*/5 * * * *");
  broken.agent.tools = {"no_such_tool"};
  declare({broken, scheduled("other", "*/5 * * * *")});
  work();
  h.loop.advance(minutes(5));
  ASSERT_TRUE(job().last) << job().trouble;
  EXPECT_THAT(job().last->reason, AllOf(HasSubstr("tool.unknown: "), HasSubstr("no_such_tool")));
  EXPECT_EQ(job().next, midnight + minutes(10));
  EXPECT_EQ(job().failures, 0);
  ASSERT_EQ(told<ScheduleSkipped>().size(), 1U);
  EXPECT_EQ(told<ScheduleSkipped>()[0].reason, job().last->reason);
  EXPECT_THAT(minutes_run(), ElementsAre(5)) << "the other has its run";
}

// What may heal waits longer each time.
TEST_F(FiringTrouble, TriesAgainWhileTheJournalIsAway) {  // [SCH-04]
  declare({scheduled("report", "0 1 * * *")});
  work();
  std::vector<WallTime> attempts;
  bool is_away = true;
  h.store->around_admit = [&](OneShot<>) {
    attempts.push_back(now());
    return admitting(is_away);
  };
  h.loop.advance(hours(1) + minutes(10));
  auto after = [&](std::size_t i) { return (attempts.at(i) - midnight - hours(1)) / seconds(1); };
  EXPECT_THAT((std::vector{after(0), after(1), after(2), after(3)}), ElementsAre(0, 30, 90, 210));
  EXPECT_LE(attempts.size(), 5U);
  EXPECT_THAT(job().trouble, HasSubstr("the disk is away"));

  is_away = false;
  h.loop.advance(minutes(10));
  EXPECT_THAT(minutes_run(), ElementsAre(60));
  EXPECT_EQ(job().failures, 0);
}

TEST_F(FiringTrouble, OutlastsAStoreThatIsAway) {  // [SCH-05] [SCH-07]
  declare({scheduled("report", "*/5 * * * *")});
  work();
  schedules.is_away = true;
  schedules.calls = 0;
  h.loop.advance(hours(1));
  EXPECT_GT(schedules.calls, 30);
  EXPECT_LT(schedules.calls, 80) << "from every second to once a minute";
  EXPECT_EQ(log.lines.size(), 1U) << "said once";
  EXPECT_THAT(log.lines[0], HasSubstr("the disk is away"));

  schedules.is_away = false;
  h.loop.advance(minutes(1));
  EXPECT_THAT(minutes_run(), ElementsAre(60));
}

TEST_F(FiringTrouble, OfOneJobThatCannotBeReadIsItsOwn) {  // [SCH-04]
  schedules.unreadable = "broken";
  declare({scheduled("broken", "*/5 * * * *"), scheduled("report", "*/5 * * * *")});
  work();
  h.loop.advance(minutes(10));
  EXPECT_THAT(minutes_run(), ElementsAre(5, 10));
  ASSERT_EQ(log.lines.size(), 1U) << "said once";
  EXPECT_THAT(log.lines[0], HasSubstr("the schedule 'broken' is not taken up: "));
}

// `misfire` is for what nobody tried.
TEST_F(FiringTrouble, KeepsATimeOpenAlsoWhereMissedOnesAreSkipped) {  // [SCH-04]
  auto agent = scheduled("report", "0 1 * * *");
  agent.schedule.plan.misfire = schedule::Misfire::skip;
  declare({agent});
  work();
  bool is_away = true;
  h.store->around_admit = [&](OneShot<>) { return admitting(is_away); };
  h.loop.advance(hours(1) + minutes(10));
  EXPECT_FALSE(job().skipped);
  declare({agent});  // as another file's change does
  is_away = false;
  h.loop.advance(minutes(10));
  EXPECT_THAT(minutes_run(), ElementsAre(60));
  EXPECT_THAT(told<ScheduleSkipped>(), IsEmpty());
}

TEST_F(FiringTrouble, DeclaresOnceTheStoreIsThere) {
  schedules.is_away = true;
  declare({scheduled("report", "*/5 * * * *")});
  work();
  schedules.is_away = false;
  h.loop.advance(minutes(5));
  EXPECT_THAT(minutes_run(), ElementsAre(5));
}

}  // namespace
}  // namespace executus::host
