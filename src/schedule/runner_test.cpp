// Passes of a runner, and its loop.
#include <executus/async/timing.hpp>

#include "schedule/scheduled_test.hpp"

namespace executus::schedule {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using RunnerTest = Scheduled;

TEST_F(RunnerTest, StartsWhatIsDueAndNothingElse) {  // [SCH-01]
  declare("hourly", every(hours(1)));
  declare("quarterly", every(minutes(15)));
  EXPECT_EQ(tick(), Pass{});
  pass_time(minutes(15));

  EXPECT_EQ(tick(), (Pass{.started = 1}));

  EXPECT_THAT(minutes_run(), ElementsAre(15));
  auto fired = job("quarterly");
  EXPECT_EQ(fired.last, (Firing{now(), now(), run_id_of("quarterly", now()), ""}));
  EXPECT_EQ(fired.next, now() + minutes(15));
  EXPECT_EQ(tick(), Pass{}) << "and it is closed";
}

TEST_F(RunnerTest, RunsEachTimeThatCameBetweenTwoPasses) {  // [SCH-01]
  declare("job", every(seconds(15)));
  pass_time(minutes(1));
  EXPECT_EQ(tick().started, 4);
}

TEST_F(RunnerTest, TellsWhatItChanged) {
  declare("job", every(minutes(1)));
  pass_time(minutes(1));
  std::vector<std::pair<Job, Job>> told;
  auto with = config();
  with.changed = [&](const Job& before, const Job& after) { told.emplace_back(before, after); };
  (void)tick(std::move(with));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_FALSE(told[0].first.last);
  EXPECT_EQ(told[0].second, job());
}

TEST_F(RunnerTest, LoopsUntilItIsCancelled) {  // [SCH-01] [SCH-02]
  declare("job", every(minutes(1)));
  Runner runner(config());
  {
    RootGroup group(loop);
    group.spawn(runner.loop());
    loop.run_ready();
    loop.advance(minutes(3));
    EXPECT_THAT(minutes_run(), ElementsAre(1, 2, 3)) << "the interval is a minute when none is given";
    group.cancel_all({Cause::shutdown, ""});
    loop.run_ready();
  }
  loop.advance(minutes(3));
  EXPECT_EQ(runs.dues.size(), 3U);
  EXPECT_THAT(log.lines, IsEmpty());
}

TEST_F(RunnerTest, TakesItsOwnEndForNoFailureOfAJob) {  // [SCH-01]
  declare("job", every(minutes(1)));
  auto with = config();
  with.run = [](Order) -> Task<Answer> {
    co_await sleep_for(hours(1));
    co_return Started{};
  };
  Runner runner(std::move(with));
  RootGroup group(loop);
  group.spawn(runner.loop());
  loop.run_ready();
  loop.advance(minutes(1));
  group.cancel_all({Cause::shutdown, ""});
  loop.run_ready();
  EXPECT_EQ(job().failures, 0);
  EXPECT_EQ(job().next, now());
  EXPECT_THAT(log.lines, IsEmpty());
}

TEST_F(RunnerTest, HasAClockAndALoggerOfItsOwn) {  // [SCH-02]
  auto bare = config();
  bare.clock = nullptr;
  bare.logger = nullptr;
  bare.interval = Milliseconds(-5);
  bare.run = [](Order) -> Task<Answer> { throw std::runtime_error("no"); };
  declare("job", every(minutes(1)));  // years ago, for the clock of this machine

  EXPECT_EQ(tick(std::move(bare)).failed, 1);
}

TEST_F(RunnerTest, ReckonsTheNextTimeBeforeItStartsARun) {  // [SCH-03]
  declare("bad", every(minutes(1)));
  declare("good", every(minutes(1)));
  auto broken = job("bad");
  broken.plan.cron = "61 * * * *";
  put(broken);
  pass_time(minutes(1));

  EXPECT_EQ(tick(), (Pass{.started = 1, .refused = 1}));

  EXPECT_THAT(minutes_run(), ElementsAre(1));
  EXPECT_FALSE(runs.there.contains(run_id_of("bad", now())));
  EXPECT_EQ(job("bad").last->reason, "'61 * * * *' is no plan");
  EXPECT_THAT(log.lines, ElementsAre(HasSubstr("'bad' is stopped until it is edited: '61 * * * *' is no plan")));
  pass_time(hours(5));
  (void)tick();
  EXPECT_EQ(log.lines.size(), 1U) << "nor is it tried again";
}

TEST_F(RunnerTest, TriesAPlanAgainThatCannotBeReadNow) {  // [SCH-03]
  declare("job", every(minutes(1)));
  auto away = job();
  away.plan.cron = "away";
  put(away);
  pass_time(minutes(1));
  EXPECT_EQ(tick(), (Pass{.failed = 1}));
  EXPECT_EQ(job().next, now());
}

TEST_F(RunnerTest, LeavesAJobDueWhoseRunCannotBeStarted) {  // [SCH-04]
  declare("a", every(minutes(1)));
  declare("b", every(minutes(1)));
  runs.trouble = [](const Order& order) {
    if (order.job.id == "a") throw std::runtime_error("the store is away");
  };
  pass_time(minutes(1));

  EXPECT_EQ(tick(), (Pass{.started = 1, .failed = 1}));

  EXPECT_EQ(job("a").next, now());
  EXPECT_EQ(job("a").trouble, "the store is away");
  EXPECT_THAT(log.lines, ElementsAre(HasSubstr("'a' could not start its run")));
  runs.trouble = nullptr;
  pass_time(seconds(30));
  EXPECT_EQ(tick(), (Pass{.started = 1}));
  EXPECT_THAT(minutes_run(), ElementsAre(1, 1));
  EXPECT_EQ(job("a").trouble, "");
}

TEST_F(RunnerTest, WaitsLongerEachTime) {  // [SCH-04]
  declare("job", every(hours(24)));
  runs.trouble = [](const Order&) { throw std::runtime_error("away"); };
  pass_time(hours(24));
  std::vector<long> attempts;
  for (int minute = 0; minute < 300; ++minute, pass_time(minutes(1)))
    if (tick().failed > 0) attempts.push_back(minute);
  EXPECT_THAT(attempts, ElementsAre(0, 1, 2, 4, 8, 16, 32, 64, 124, 184, 244));
  EXPECT_EQ(job().failures, 11);
}

TEST_F(RunnerTest, ClosesATimeThatCanStartNoRun) {
  declare("job", every(minutes(1)));
  runs.refusal = "there is no agent 'job'";
  pass_time(minutes(1));
  EXPECT_EQ(tick(), (Pass{.refused = 1}));
  EXPECT_EQ(tick(), Pass{});
  EXPECT_EQ(job().last, (Firing{now(), now(), "", "there is no agent 'job'"}));
  EXPECT_EQ(job().next, now() + minutes(1)) << "the next time is tried: the agent may be there then";
}

TEST_F(RunnerTest, EndsThePassWhenTheListFails) {  // [SCH-05]
  auto with = config();
  with.due = [](WallTime) -> Task<std::vector<Job>> { throw Error(ErrorKind::disconnected, "store.away", "no list"); };
  Runner runner(std::move(with));
  EXPECT_THROW((void)loop.run(runner.tick()), Error);
}

TEST_F(RunnerTest, SurvivesAPassThatThrows) {  // [SCH-05] [SCH-07]
  declare("job", every(minutes(1)));
  auto with = config();
  int calls = 0;
  with.due = [&, due = with.due](WallTime time) {
    if (++calls % 2 == 0) throw std::runtime_error("no list");
    return due(time);
  };
  Runner runner(std::move(with));
  RootGroup group(loop);
  group.spawn(runner.loop());
  loop.run_ready();
  loop.advance(minutes(4));
  group.cancel_all({Cause::shutdown, ""});
  loop.run_ready();

  EXPECT_EQ(calls, 5);
  EXPECT_THAT(minutes_run(), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(log.lines, ElementsAre(HasSubstr("failed: no list"), HasSubstr("failed: no list")));
}

TEST_F(RunnerTest, IsNotMadeWithoutACallback) {  // [SCH-06]
  auto code_without = [&](auto take_out) {
    auto with = config();
    take_out(with);
    try {
      Runner runner(std::move(with));
    } catch (const Error& error) {
      return error.code() + ": " + error.message();
    }
    return std::string("none");
  };
  const std::string said = "schedule.callback: a schedule runner was made without its callback ";
  EXPECT_THAT(code_without([](auto& with) { with.due = nullptr; }), HasSubstr(said + "'due'"));
  EXPECT_THAT(code_without([](auto& with) { with.mark = nullptr; }), HasSubstr(said + "'mark'"));
  EXPECT_THAT(code_without([](auto& with) { with.run = nullptr; }), HasSubstr(said + "'run'"));
  EXPECT_THAT(code_without([](auto& with) { with.active = nullptr; }), HasSubstr(said + "'active'"));
  EXPECT_THAT(code_without([](auto& with) { with.exists = nullptr; }), HasSubstr(said + "'exists'"));
  EXPECT_THAT(code_without([](auto& with) { with.next = nullptr; }), HasSubstr(said + "'next'"));
  EXPECT_EQ(code_without([](auto&) {}), "none");
}

TEST_F(RunnerTest, StartsTheSameRunAgainWhenItCouldNotMark) {  // [SCH-08]
  declare("job", every(minutes(1)));
  pass_time(minutes(1));
  auto failing = config();
  failing.mark = [](Job) -> Task<bool> { throw std::runtime_error("disk full"); };
  EXPECT_EQ(tick(std::move(failing)), Pass{});
  EXPECT_THAT(log.lines, ElementsAre(HasSubstr("left for the next pass: disk full")));

  EXPECT_EQ(tick(), (Pass{.started = 1}));

  EXPECT_EQ(runs.asked[run_id_of("job", now())], 2);
  EXPECT_EQ(runs.dues.size(), 1U) << "one run";
}

TEST_F(RunnerTest, EndsAJobThatComesNoMore) {
  declare("job", {"every 60 until " + std::to_string((kMidnight + minutes(1)).time_since_epoch() / seconds(1))});
  pass_time(minutes(1));
  EXPECT_EQ(tick().started, 1);
  EXPECT_FALSE(job().next);
  pass_time(hours(1));
  EXPECT_EQ(tick(), Pass{});
}

}  // namespace
}  // namespace executus::schedule
