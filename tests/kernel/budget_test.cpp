// A budget lets a run begin, and hears what it took.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/ported_test.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Budget, RefusesBeforeAnyModelCall) {  // [DUR-14]
  Ported run;
  run.budget.refusal = "nothing left this week";
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_THAT(outcome.error, HasSubstr("nothing left this week"));
  EXPECT_THAT(run.model->requests, IsEmpty());
  EXPECT_THAT(run.kinds(), Contains("ended")) << "its record is closed";
}

TEST(Budget, RefusingARecoveredRunClosesIt) {  // [DUR-14] [CK-17]
  Ported run;
  run.store->writes_left = 1;
  (void)run.run();
  run.budget.refusal = "nothing left this week";
  run.new_process();
  EXPECT_EQ(run.recover()->status, RunStatus::error);
}

TEST(Budget, IsToldWhatTheRunTook) {  // [RUN-05] [RUN-28]
  Ported run;
  run.look->before_effect = [&] { run.loop.manual_clock().advance(Milliseconds(3'000)); };
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(run.budget.committed, ElementsAre(Milliseconds(3'000)));
}

TEST(Ports, ABudgetThatThrowsRefusesTheRun) {  // [RUN-31]
  Ported run;
  run.budget.throws = true;
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_THAT(run.model->requests, IsEmpty());
}

}  // namespace
}  // namespace executus::run
