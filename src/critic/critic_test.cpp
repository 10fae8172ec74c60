#include <deque>
#include <functional>
#include <limits>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/async/timing.hpp>
#include <executus/critic/critic.hpp>
#include <executus/critic/extend_once.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::critic {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

CriticDecision nudge(std::string words) {
  CriticDecision decision;
  decision.nudge = std::move(words);
  return decision;
}

CriticDecision kill(std::string reason) {
  CriticDecision decision;
  decision.kill = true;
  decision.reason = std::move(reason);
  return decision;
}

CriticDecision raise(int steps) {
  CriticDecision decision;
  decision.raise_steps_by = steps;
  return decision;
}

// Decides from a script, then waits for ever; keeps what it was told.
class ScriptedEscalator final : public Escalator {
 public:
  using Turn = std::function<CriticDecision()>;  // may throw

  Task<CriticDecision> escalate(Situation situation) override {
    asked.push_back(std::move(situation));
    if (thinks_for.count() > 0) co_await sleep_for(thinks_for);
    if (script.empty()) co_return CriticDecision{};
    Turn turn = std::move(script.front());
    script.pop_front();
    co_return turn();
  }
  void then(CriticDecision decision) {
    script.push_back([decision] { return decision; });
  }

  std::deque<Turn> script;
  Milliseconds thinks_for{0};
  std::vector<Situation> asked;
};

class LinesLogger final : public Logger {
 public:
  void log(LogLevel, std::string_view message) noexcept override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

Task<void> collect(CriticHandle& handle, std::vector<CriticDecision>& decisions, std::optional<Cause>& ended) {
  try {
    for (;;) {
      CriticDecision decision = co_await handle.watch();
      decisions.push_back(std::move(decision));
    }
  } catch (const Cancelled& cancelled) {
    ended = cancelled.cause();
  }
}

CriticStart five_minutes() {
  CriticStart start;
  start.info.run = *RunId::parse("watched");
  start.info.max_iterations = 10;
  start.soft = minutes(5);
  return start;
}

// A run that is watched from the fixture's construction, or from watch() with another start.
class Watched {
 public:
  explicit Watched(Escalator& escalator, CriticStart start = five_minutes(), WatchdogOptions options = {})
      : dog_(escalator, options, logger), handle(dog_.monitor(std::move(start))), group_(loop) {
    root_ = group_.spawn(collect(*handle, decisions, ended));
    loop.run_ready();
  }
  ~Watched() { end(); }

  void end() {
    root_.cancel({Cause::caller, "the run is over"});
    loop.run_ready();
  }
  void pass(Milliseconds time) { loop.advance(time); }

  testing::ManualLoop loop;
  LinesLogger logger;
  std::vector<CriticDecision> decisions;
  std::optional<Cause> ended;

 private:
  Watchdog dog_;

 public:
  std::unique_ptr<CriticHandle> handle;

 private:
  RootGroup group_;
  RootHandle root_;
};

TEST(Watchdog, WatchesNoRunWithoutASoftTime) {  // [CRB-01]
  ScriptedEscalator escalator;
  Watchdog dog(escalator);
  CriticStart start = five_minutes();
  EXPECT_NE(dog.monitor(start), nullptr);
  start.soft = Milliseconds{0};
  EXPECT_EQ(dog.monitor(start), nullptr);
  start.soft = Milliseconds{-1};
  EXPECT_EQ(dog.monitor(start), nullptr);
}

TEST(Watchdog, LimitIsTheBackstop) {  // [CRB-04] [HOST-04]
  ScriptedEscalator escalator;
  Watchdog dog(escalator);
  CriticStart start = five_minutes();
  EXPECT_EQ(dog.monitor(start)->limit(), minutes(15));
  start.backstop_multiplier = 1;
  EXPECT_EQ(dog.monitor(start)->limit(), minutes(10));
  start.backstop_multiplier = 1000;
  EXPECT_EQ(dog.monitor(start)->limit(), hours(6));
  start.so_far.extended = hours(1);
  EXPECT_EQ(dog.monitor(start)->limit(), hours(6)) << "what decisions add is the kernel's to count";
}

TEST(Watchdog, EscalatesAfterTheSoftTimeWithoutActivity) {  // [CRB-02] [CRB-03]
  ScriptedEscalator escalator;
  escalator.then(nudge("are you there?"));
  Watched run(escalator);

  run.pass(minutes(5) - Milliseconds(1));
  EXPECT_THAT(escalator.asked, SizeIs(0));
  run.pass(Milliseconds(1));

  ASSERT_THAT(run.decisions, SizeIs(1));
  EXPECT_EQ(run.decisions[0].nudge, "are you there?");
}

TEST(Watchdog, ActivityOfEveryKindPutsTheEscalationOff) {  // [CRB-02]
  ScriptedEscalator escalator;
  Watched run(escalator);
  for (int i = 0; i < 3; ++i) {
    run.pass(minutes(4));
    run.handle->record_step(i, {});
    run.pass(minutes(4));
    run.handle->record_tool_start({});
    run.pass(minutes(4));
    run.handle->record_progress();
  }
  EXPECT_THAT(escalator.asked, SizeIs(0));
  run.pass(minutes(5));
  EXPECT_THAT(escalator.asked, SizeIs(1));
}

TEST(Watchdog, EscalatesOncePerIdlePeriod) {  // [CRB-02]
  ScriptedEscalator escalator;
  escalator.then(nudge("one"));
  escalator.then(nudge("two"));
  Watched run(escalator);

  run.pass(hours(2));
  EXPECT_THAT(run.decisions, SizeIs(1));
  run.handle->record_progress();
  run.pass(minutes(5) - Milliseconds(1));
  EXPECT_THAT(run.decisions, SizeIs(1));
  run.pass(Milliseconds(1));

  ASSERT_THAT(run.decisions, SizeIs(2));
  EXPECT_EQ(run.decisions[1].nudge, "two");
}

TEST(Watchdog, ActivityWhileTheEscalatorThinksBeginsANewPeriod) {  // [CRB-02]
  ScriptedEscalator escalator;
  escalator.thinks_for = minutes(1);
  escalator.then(raise(3));
  Watched run(escalator);
  run.pass(minutes(5) + Milliseconds(30'000));

  run.handle->record_progress();
  run.pass(Milliseconds(30'000));
  EXPECT_THAT(run.decisions, SizeIs(1)) << "what it was given it may keep";
  run.pass(minutes(4) + Milliseconds(30'000));

  EXPECT_THAT(escalator.asked, SizeIs(2));
}

TEST(Watchdog, WhatWasDecidedAboutAnIdleRunIsVoidWhenItMovedMeanwhile) {  // [CRB-02]
  ScriptedEscalator escalator;
  escalator.thinks_for = minutes(1);
  CriticDecision costly = kill("idle");
  costly.usage.output = 9;
  escalator.then(costly);
  escalator.then(nudge("are you there?"));
  escalator.then(kill("idle again"));
  Watched run(escalator);
  for (int step = 0; step < 2; ++step) {  // each half a minute after the escalator was asked
    run.pass(minutes(5) + Milliseconds(30'000));
    run.handle->record_step(step, {});
  }
  run.pass(Milliseconds(30'000));

  ASSERT_THAT(run.decisions, SizeIs(1)) << "of the first the cost, of the second nothing";
  EXPECT_FALSE(run.decisions[0].kill);
  EXPECT_EQ(run.decisions[0].usage.output, 9);
  run.pass(minutes(6));
  ASSERT_THAT(run.decisions, SizeIs(2)) << "the next idle period is asked about";
  EXPECT_TRUE(run.decisions[1].kill) << "and nothing came between";
}

TEST(Watchdog, SetsOneTimerForAnIdlePeriodAndNoneOnceItWasAskedAbout) {  // [CRB-02]
  ScriptedEscalator escalator;
  Watched run(escalator);
  const MonoTime start = run.loop.clock().mono();

  ASSERT_TRUE(run.loop.advance_to_next_timer());
  EXPECT_EQ(run.loop.clock().mono(), start + minutes(5));

  EXPECT_THAT(escalator.asked, SizeIs(1));
  EXPECT_FALSE(run.loop.advance_to_next_timer());
}

TEST(Watchdog, DecisionsThatChangeNothingAreNotTold) {  // [CRB-03]
  ScriptedEscalator escalator;
  escalator.then({});
  CriticDecision costly;
  costly.usage.output = 9;
  escalator.then(costly);
  Watched run(escalator);

  run.pass(minutes(5));
  EXPECT_THAT(run.decisions, SizeIs(0));
  run.handle->record_progress();
  run.pass(minutes(5));

  ASSERT_THAT(run.decisions, SizeIs(1)) << "what it cost has to be booked";
  EXPECT_EQ(run.decisions[0].usage.output, 9);
}

TEST(Watchdog, AKillIsFinal) {  // [CRB-05]
  ScriptedEscalator escalator;
  CriticDecision both = kill("in circles");
  both.nudge = "stop it";
  both.extend_by = minutes(5);
  both.raise_steps_by = 3;
  escalator.then(both);
  escalator.then(nudge("on second thought"));
  Watched run(escalator);

  run.pass(minutes(5));
  run.handle->record_progress();
  run.pass(hours(1));

  ASSERT_THAT(run.decisions, SizeIs(1));
  EXPECT_TRUE(run.decisions[0].kill);
  EXPECT_EQ(run.decisions[0].reason, "in circles");
  EXPECT_EQ(run.decisions[0].nudge, "");
  EXPECT_EQ(run.decisions[0].extend_by.count(), 0);
  EXPECT_EQ(run.decisions[0].raise_steps_by, 0);
  EXPECT_THAT(escalator.asked, SizeIs(1)) << "nobody is asked about a run that was killed";
}

TEST(Watchdog, AKillBeforeACrashIsDecidedAtOnceAndOnce) {  // [CRB-05] [CRB-06]
  ScriptedEscalator escalator;
  CriticStart start = five_minutes();
  start.so_far.killed = true;
  start.so_far.kill_reason = "in circles";
  Watched run(escalator, start);

  ASSERT_THAT(run.decisions, SizeIs(1)) << "no time has passed";
  EXPECT_TRUE(run.decisions[0].kill);
  EXPECT_EQ(run.decisions[0].reason, "in circles");
  run.pass(hours(1));
  EXPECT_THAT(run.decisions, SizeIs(1));
  EXPECT_THAT(escalator.asked, SizeIs(0));
}

TEST(Watchdog, ExtendOnceExtendsARunOnceOverAllItsIdlePeriods) {  // [CRB-06]
  ExtendOnce policy;
  Watched run(policy);
  for (int i = 0; i < 3; ++i) {
    run.pass(minutes(5));
    run.handle->record_progress();
  }
  ASSERT_THAT(run.decisions, SizeIs(1));
  EXPECT_EQ(run.decisions[0].extend_by, minutes(5));
}

TEST(Watchdog, ExtendOnceCountsExtensionsBeforeACrash) {  // [CRB-06]
  ExtendOnce policy;
  CriticStart start = five_minutes();
  start.so_far.extensions = 1;
  start.so_far.extended = minutes(5);
  Watched run(policy, start);
  run.pass(hours(1));
  EXPECT_THAT(run.decisions, SizeIs(0));
}

TEST(Watchdog, WaitsForTheNextPeriodWhenTheEscalatorThrows) {  // [CRB-07]
  ScriptedEscalator escalator;
  escalator.script.push_back([]() -> CriticDecision { throw std::runtime_error("no policy today"); });
  escalator.script.push_back([]() -> CriticDecision { throw Cancelled({Cause::deadline, "its own limit"}); });
  escalator.then(nudge("back again"));
  Watched run(escalator);

  run.pass(hours(1));
  run.handle->record_progress();
  run.pass(hours(1));
  EXPECT_THAT(run.decisions, SizeIs(0));
  EXPECT_THAT(run.logger.lines, ElementsAre(HasSubstr("no policy today"), HasSubstr("its own limit")));
  EXPECT_THAT(run.logger.lines[0], HasSubstr("run watched"));
  run.handle->record_progress();
  run.pass(minutes(5));

  ASSERT_THAT(run.decisions, SizeIs(1));
  EXPECT_EQ(run.decisions[0].nudge, "back again");
}

class ThrowsBeforeItStarts final : public Escalator {
 public:
  Task<CriticDecision> escalate(Situation) override { throw std::runtime_error("not even a task"); }
};

TEST(Watchdog, ContainsAnEscalatorThatGivesNoTask) {  // [CRB-07]
  ThrowsBeforeItStarts escalator;
  Watched run(escalator);
  run.pass(minutes(5));
  EXPECT_THAT(run.logger.lines, ElementsAre(HasSubstr("not even a task")));
  EXPECT_EQ(run.ended, std::nullopt);
}

TEST(Watchdog, RaisedStepsNeverExceedAnIntInAll) {  // [CRB-08]
  constexpr int most = std::numeric_limits<int>::max();
  ScriptedEscalator escalator;
  escalator.then(raise(most - 15));
  escalator.then(raise(most));
  Watched run(escalator);

  run.pass(minutes(5));
  run.handle->record_progress();
  run.pass(minutes(5));

  ASSERT_THAT(run.decisions, SizeIs(2));
  EXPECT_EQ(run.decisions[0].raise_steps_by, most - 15);
  EXPECT_EQ(run.decisions[1].raise_steps_by, 5) << "10 of its own and most - 15 before";
}

TEST(Watchdog, TellsTheEscalatorWhatHappened) {  // [CRB-09]
  ScriptedEscalator escalator;
  CriticStart start = five_minutes();
  start.elapsed = minutes(3);
  start.so_far.extensions = start.so_far.decisions = 1;
  start.so_far.extended = minutes(4);
  Watched run(escalator, start);
  llm::Response response;
  response.message = llm::assistant_message("Now the tests.");
  Activity tests;
  tests.summary = "run_tests(all)";

  run.pass(minutes(1));
  run.handle->record_step(2, response);
  run.pass(minutes(1));
  run.handle->record_tool_start(tests);
  run.pass(minutes(5));

  ASSERT_THAT(escalator.asked, SizeIs(1));
  const Situation& told = escalator.asked[0];
  EXPECT_EQ(told.info.run.str(), "watched");
  EXPECT_EQ(told.soft, minutes(5));
  EXPECT_EQ(told.idle, minutes(5));
  EXPECT_EQ(told.elapsed, minutes(10));
  EXPECT_EQ(told.limit, minutes(19));
  EXPECT_EQ(told.steps, 2);
  EXPECT_EQ(told.asked, 1);
  ASSERT_THAT(told.recent, SizeIs(2));
  EXPECT_EQ(told.recent[0].summary, "step 2: Now the tests.");
  EXPECT_EQ(told.recent[0].ago, minutes(6));
  EXPECT_EQ(told.recent[1].summary, "run_tests(all)");
}

TEST(Watchdog, EndsWhenTheRunDoesWhateverItWaitsFor) {  // [CRB-02]
  ScriptedEscalator escalator;
  escalator.thinks_for = minutes(10);
  for (Milliseconds time : {minutes(1), minutes(6), minutes(60)}) {  // an idle period; the escalator; activity
    Watched run(escalator);
    run.pass(time);
    EXPECT_EQ(run.ended, std::nullopt);
    run.end();
    EXPECT_EQ(run.ended, Cause::caller);
    EXPECT_FALSE(run.loop.advance_to_next_timer()) << "no timer stays behind";
    EXPECT_THAT(run.logger.lines, SizeIs(0));
  }
}

}  // namespace
}  // namespace executus::critic
