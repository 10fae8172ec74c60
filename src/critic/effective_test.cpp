#include "critic/effective.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace executus::critic {
namespace {

using std::chrono::minutes;
constexpr int kMost = std::numeric_limits<int>::max();

CriticDecision everything() {
  CriticDecision decision;
  decision.nudge = "look at the log";
  decision.extend_by = minutes(3);
  decision.raise_steps_by = 4;
  decision.reason = "because";
  decision.usage.input = 7;
  return decision;
}

TEST(Effective, LeavesAnOrdinaryDecisionAsItIs) {  // [CRB-03]
  CriticDecision decision = effective(everything(), {}, 10);
  EXPECT_EQ(decision.nudge, "look at the log");
  EXPECT_EQ(decision.extend_by, minutes(3));
  EXPECT_EQ(decision.raise_steps_by, 4);
  EXPECT_FALSE(decision.kill);
  EXPECT_EQ(decision.reason, "because");
}

TEST(Effective, KeepsNothingBesideAKillButWhatItCost) {  // [CRB-05]
  CriticDecision decision = everything();
  decision.kill = true;

  decision = effective(std::move(decision), {}, 10);

  EXPECT_TRUE(decision.kill);
  EXPECT_EQ(decision.reason, "because");
  EXPECT_EQ(decision.nudge, "");
  EXPECT_EQ(decision.extend_by.count(), 0);
  EXPECT_EQ(decision.raise_steps_by, 0);
  EXPECT_EQ(decision.usage.input, 7);
}

TEST(Outdated, LeavesTimeAndStepsAndTheCost) {  // [CRB-02]
  CriticDecision decision = outdated(everything());
  EXPECT_EQ(decision.nudge, "");
  EXPECT_EQ(decision.extend_by, minutes(3));
  EXPECT_EQ(decision.raise_steps_by, 4);
  EXPECT_EQ(decision.usage.input, 7);

  CriticDecision kill = everything();
  kill.kill = true;
  kill = outdated(std::move(kill));
  EXPECT_FALSE(kill.kill);
  EXPECT_EQ(kill.extend_by.count(), 0) << "void, as all that comes with a kill";
  EXPECT_EQ(kill.raise_steps_by, 0);
  EXPECT_EQ(kill.usage.input, 7);
}

struct RaiseRow {
  int base, before, asked, expected;
};

TEST(Effective, RaisesStepsSoThatTheSumFitsAnInt) {  // [CRB-08]
  for (auto [base, before, asked, expected] :
       {RaiseRow{10, 0, 5, 5}, RaiseRow{10, 0, kMost, kMost - 10}, RaiseRow{10, kMost - 12, 5, 2},
        RaiseRow{10, kMost - 10, 5, 0}, RaiseRow{kMost, kMost, kMost, 0}, RaiseRow{-1, 0, kMost, kMost},
        RaiseRow{10, 0, -5, 0}}) {
    CriticDecision decision;
    decision.raise_steps_by = asked;
    journal::CriticState so_far;
    so_far.steps_raised = before;
    EXPECT_EQ(effective(decision, so_far, base).raise_steps_by, expected) << base << " " << before << " " << asked;
  }
}

TEST(Effective, ExtendsWithinACenturyAndNeverBackwards) {
  CriticDecision decision;
  journal::CriticState so_far;
  decision.extend_by = Milliseconds::max();
  const Milliseconds most = effective(decision, so_far, 0).extend_by;
  EXPECT_EQ(most, std::chrono::hours(24) * 36500);

  so_far.extended = most - minutes(1);
  EXPECT_EQ(effective(decision, so_far, 0).extend_by, minutes(1));

  decision.extend_by = -minutes(5);
  EXPECT_EQ(effective(decision, {}, 0).extend_by.count(), 0);
}

TEST(IsEmpty, IsADecisionThatChangesNothingAndCostNothing) {  // [CRB-03]
  CriticDecision wait;
  wait.reason = "it will come";
  EXPECT_TRUE(is_empty(wait));
  wait.usage.output = 1;
  EXPECT_FALSE(is_empty(wait)) << "the run has to pay for it";
  EXPECT_FALSE(is_empty(everything()));
}

}  // namespace
}  // namespace executus::critic
