// When a run that is watched is told to its escalator.
#include <limits>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/critic/extend_once.hpp>

#include "critic/watched_test.hpp"

namespace executus::critic {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

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

TEST(Watchdog, SetsOneTimerForAnIdlePeriodAndNoneOnceItWasAskedAbout) {  // [CRB-02]
  ScriptedEscalator escalator;
  Watched run(escalator);
  const MonoTime start = run.loop.clock().mono();

  ASSERT_TRUE(run.loop.advance_to_next_timer());
  EXPECT_EQ(run.loop.clock().mono(), start + minutes(5));

  EXPECT_THAT(escalator.asked, SizeIs(1));
  EXPECT_FALSE(run.loop.advance_to_next_timer());
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
