#include <gtest/gtest.h>

#include <executus/base/clock.hpp>

namespace executus {
namespace {

TEST(TimeBetween, IsKnownWithinOneBootOnly) {
  BootMoment then{"a", Milliseconds(5)};
  EXPECT_EQ(time_between(then, {"a", Milliseconds(12)}), Milliseconds(7));
  EXPECT_EQ(time_between(then, {"b", Milliseconds(12)}), std::nullopt);
  EXPECT_EQ(time_between({}, {}), std::nullopt) << "two that are not known are not the same";
}

TEST(TimeBetween, IsNeverNegative) {
  EXPECT_EQ(time_between({"a", Milliseconds(5)}, {"a", Milliseconds(4)}), Milliseconds(0));
}

TEST(SystemClock, KnowsTheTimeSinceTheMachineWasStarted) {  // [DUR-05]
  auto before = system_clock().boot_moment();
  auto after = system_clock().boot_moment();
  EXPECT_TRUE(time_between(before, after));
  EXPECT_GT(before.since, Milliseconds(0));
}

}  // namespace
}  // namespace executus
