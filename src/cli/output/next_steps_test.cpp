#include "cli/output/next_steps.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus::cli {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(NextSteps, OfACallInDoubtAreItsResolutions) {  // [DUR-06]
  auto commands = next_commands({"r1", RunStatus::waiting, "in_doubt", {{"c 1", "charge", ""}}});

  EXPECT_THAT(commands, Contains(StartsWith("executus runs resolve r1 --completed")));
  EXPECT_THAT(commands, Contains(StartsWith("executus runs resolve r1 --failed")));
  EXPECT_THAT(commands, Contains(StartsWith("executus runs resolve r1 --retry")));
  EXPECT_THAT(commands, Contains("executus recover r1"));
}

TEST(NextSteps, HavePlaceholdersThatAreRefusedAsTheyAre) {  // [DUR-06]
  auto commands = next_commands({"r1", RunStatus::waiting, "in_doubt", {{"c1", "charge", ""}}});

  EXPECT_THAT(commands, Contains(HasSubstr("--completed '<result>'")));
  EXPECT_THAT(commands, Contains(HasSubstr("--failed '<reason>'")));
}

TEST(NextSteps, NameTheCallWhereThereAreSeveral) {
  auto commands = next_commands({"r1", RunStatus::waiting, "in_doubt", {{"c 1", "charge", ""}, {"c2", "mail", ""}}});

  EXPECT_THAT(commands, Contains(HasSubstr("--call 'c 1' ")));
  EXPECT_THAT(commands, Contains(HasSubstr("--call c2 ")));
}

TEST(NextSteps, OfAnEndedRunAreNone) { EXPECT_THAT(next_commands({"r1", RunStatus::ok, "", {}}), IsEmpty()); }

TEST(NextSteps, OfALeftRunAreToResumeOrCancelIt) {
  EXPECT_THAT(next_commands({"r1", RunStatus::running, "", {}}),
              ::testing::ElementsAre("executus runs resume r1", "executus runs cancel r1"));
}

TEST(NextSteps, OfARunThatCannotBeReadChangeNothing) {
  Stuck child{"kid", RunStatus::waiting, "approval", {}};
  child.unreadable = "it was written by an older executus";
  EXPECT_THAT(next_commands(child), IsEmpty());
  EXPECT_THAT(explanations(child), Contains("it cannot go on here: it was written by an older executus"));
  child.damaged = true;
  EXPECT_THAT(next_commands(child), ::testing::ElementsAre("executus runs events kid"));
  Stuck parent{"r1", RunStatus::waiting, "child", {}};
  parent.below = {child};
  EXPECT_THAT(next_commands(parent), Contains("executus runs events kid"));
  EXPECT_THAT(next_commands(parent), ::testing::Not(Contains("executus recover kid")));
  EXPECT_THAT(explanations(parent), Contains(HasSubstr("which cannot go on here: it was written by an older")));
}

}  // namespace
}  // namespace executus::cli
