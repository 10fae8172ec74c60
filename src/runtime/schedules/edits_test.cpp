// Agents that come, change and go while workers fire.
#include "runtime/schedules/fired_test.hpp"
#include "runtime/schedules/job_declaring.hpp"

namespace executus::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Edits : public Fired {
 protected:
  static constexpr auto kReason = "/srv/agents has no agent 'report' with a schedule any more";
};

TEST_F(Edits, WakeTheWorker) {
  work();
  declare({scheduled("report", "*/5 * * * *")});
  h.loop.advance(minutes(5));
  EXPECT_THAT(minutes_run(), ElementsAre(5));
  declare({scheduled("report", "7 * * * *")});
  h.loop.advance(minutes(5));
  EXPECT_THAT(minutes_run(), ElementsAre(5, 7));
}

TEST_F(Edits, NeverFireForATimeBefore) {
  declare({scheduled("report", "0 0 1 1 *")});
  work();
  h.loop.advance(hours(12) + minutes(30));
  declare({scheduled("report", "0 * * * *")});
  EXPECT_THAT(runs(), IsEmpty());
  EXPECT_EQ(job().next, midnight + hours(13));
}

TEST_F(Edits, ChangeWhatTheNextRunIs) {
  declare({scheduled("report", "*/5 * * * *")});
  work();
  auto other = scheduled("report", "*/5 * * * *");
  other.schedule.prompt = "And now?";
  declare({other});
  h.loop.advance(minutes(5));
  auto admitted = std::get<journal::Admitted>(h.entries(runs().at(0).id.str())[0].payload);
  EXPECT_EQ(admitted.input.back().text(), "And now?");
}

// The second worker of a project has read the file already, the first one has not yet.
TEST_F(Edits, LeaveItToAWorkerThatHasTheAgent) {
  DeclaredSchedules newer;
  newer.declare("/srv/agents", {scheduled("report", "*/5 * * * *")}, Schedules::Extent::all);
  declare({});
  work(newer).stop();
  h.loop.run_ready();
  work();
  h.loop.advance(minutes(5) + seconds(30));
  EXPECT_TRUE(job().next) << "not yet";
  work(newer);
  EXPECT_THAT(minutes_run(), ElementsAre(5));
}

TEST_F(Edits, ThatTakeAnAgentAwayCloseItsTime) {
  declare({scheduled("report", "*/5 * * * *")});
  work();
  declare({});
  h.loop.advance(hours(1));
  EXPECT_THAT(runs(), IsEmpty());
  EXPECT_EQ(job().last, (schedule::Firing{midnight + minutes(5), midnight + minutes(6), "", kReason}));
  EXPECT_FALSE(job().next) << "and no other comes";
  ASSERT_EQ(told<ScheduleSkipped>().size(), 1U);
  EXPECT_EQ(told<ScheduleSkipped>()[0].reason, kReason);
}

TEST_F(Edits, ThatBringItBackBeginAnew) {
  declare({scheduled("report", "*/5 * * * *")});
  work();
  declare({});
  h.loop.advance(minutes(31));
  declare({scheduled("report", "*/5 * * * *")});
  EXPECT_EQ(job().next, midnight + minutes(35));
  h.loop.advance(minutes(4));
  EXPECT_THAT(minutes_run(), ElementsAre(35));
}

// A worker that begins where the file was removed before.
TEST_F(Edits, ThatNoWorkerSawCount) {
  DeclaredSchedules before;
  before.declare("/srv/agents", {scheduled("report", "*/5 * * * *")}, Schedules::Extent::all);
  before.declare("/elsewhere", {scheduled("foreign", "*/5 * * * *")}, Schedules::Extent::all);
  work(before).stop();
  h.loop.run_ready();

  declare({});
  work();
  h.loop.advance(minutes(6));

  ASSERT_TRUE(job().last);
  EXPECT_EQ(job().last->reason, kReason);
  EXPECT_FALSE(job("foreign").last) << "it is another source's";
}

TEST_F(Edits, OfFilesThatCannotBeReadTakeNothingAway) {
  declare({scheduled("report", "*/5 * * * *")});
  work().stop();
  h.loop.run_ready();
  DeclaredSchedules later;
  later.declare("/srv/agents", {}, Schedules::Extent::some);
  work(later);
  h.loop.advance(minutes(10));
  EXPECT_EQ(job().next, midnight + minutes(5));
  EXPECT_FALSE(job().last);
}

TEST_F(Edits, LetWhatFailedBeTriedAtOnce) {
  declare({scheduled("report", "*/5 * * * *")});
  work();
  auto failing = job();
  failing.failures = 7;
  failing.hold_until = midnight + hours(3);
  put(failing);
  declare({scheduled("report", "*/5 * * * *")});
  EXPECT_FALSE(job().hold_until);
  EXPECT_EQ(job().failures, 1) << "the waits begin anew, and it is no missed time";
  h.loop.advance(minutes(5));
  EXPECT_THAT(minutes_run(), ElementsAre(5));
}

TEST_F(Edits, ThatMakeNoSenseAreRefusedWhole) {
  auto refused = [&](ScheduledAgent agent, const std::string& source = "other") {
    try {
      declared.declare(source, {scheduled("fine", "@daily"), std::move(agent)}, Schedules::Extent::all);
    } catch (const Error& error) {
      EXPECT_FALSE(declared.table()->find("fine"));
      return error.code() + ": " + error.message();
    }
    return std::string("it was not refused");
  };
  declare({scheduled("taken", "@daily")});
  EXPECT_THAT(refused(scheduled("a", "61 * * * *")), HasSubstr("schedule.cron"));
  EXPECT_THAT(refused(scheduled("", "@daily")), HasSubstr("schedule.agent: "));
  EXPECT_THAT(refused(scheduled("taken", "@daily")), HasSubstr("'/srv/agents' declares one of that name"));
  EXPECT_THAT(refused(scheduled("a", "@daily"), ""), HasSubstr("no source"));
  auto kept_nowhere = scheduled("a", "@daily");
  kept_nowhere.agent.durability = Durability::memory;
  EXPECT_THAT(refused(kept_nowhere), HasSubstr("durability memory"));
}

// A worker that dies between the run of 00:05 and the mark, an hour before anything happens again.
class UnmarkedRuns : public Edits {
 protected:
  void die_after_the_run_of(ScheduledAgent agent) {
    declare({agent});
    auto& worker = work();
    h.loop.advance(minutes(5) - seconds(1));
    schedules.while_asked = [this] { schedules.is_away = true; };  // lists what is due, and takes no mark
    h.loop.advance(seconds(1));
    ASSERT_THAT(minutes_run(), ElementsAre(5));
    worker.stop();
    h.loop.run_ready();
    schedules.is_away = false;
    ASSERT_EQ(job().next, midnight + minutes(5));
    h.loop.manual_clock().jump_wall(hours(1) - minutes(5) + seconds(10));
  }
  static ScheduledAgent skipping(const std::string& cron) {
    auto agent = scheduled("report", cron);
    agent.schedule.plan.overlap = schedule::Overlap::skip;
    return agent;
  }
  const std::string run_ = schedule::run_id_of("report", midnight + minutes(5));
};

TEST_F(UnmarkedRuns, AreKnownToAnEdit) {  // [SCH-08]
  die_after_the_run_of(skipping("*/5 * * * *"));
  declare({skipping("1-59/5 * * * *")});
  work();
  EXPECT_EQ(job().last_run, run_);
  h.loop.advance(minutes(2));
  EXPECT_THAT(minutes_run(), ElementsAre(5)) << "that run still goes on: the time of the edit stands back";
  EXPECT_THAT(job().skipped->reason, HasSubstr("still went on"));
}

TEST_F(UnmarkedRuns, AreNotedWithoutAnEdit) {  // [SCH-08]
  die_after_the_run_of(skipping("*/5 * * * *"));
  auto agent = skipping("*/5 * * * *");
  auto declared_again = h.loop.run(declare_job({schedules, *h.store}, {"/srv/agents", agent}, now()));
  EXPECT_EQ(declared_again, job());
  EXPECT_EQ(job().last_run, run_);
  auto unchanged =
      h.loop.run(change_job({schedules, *h.store}, "report", now(), [](schedule::Job job) { return job; }));
  EXPECT_EQ(unchanged, job());
}

TEST_F(UnmarkedRuns, AreKnownToAResumedSchedule) {  // [SCH-08]
  die_after_the_run_of(skipping("*/5 * * * *"));
  JobPlace place{schedules, *h.store};
  auto change = [&](auto changed) { (void)h.loop.run(change_job(place, "report", now(), changed)); };
  change([&](schedule::Job job) { return schedule::paused(std::move(job), now()); });
  change([&](schedule::Job job) { return schedule::resumed(std::move(job), now(), next_by_cron); });
  EXPECT_EQ(job().last, (schedule::Firing{midnight + minutes(5), now(), run_, ""}));
  work();
  h.loop.advance(minutes(5));
  EXPECT_THAT(minutes_run(), ElementsAre(5));
  EXPECT_THAT(job().skipped->reason, HasSubstr("still went on"));
}

}  // namespace
}  // namespace executus::host
