// What becomes of what the escalator decides about a run that is watched.
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
using ::testing::SizeIs;

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

}  // namespace
}  // namespace executus::critic
