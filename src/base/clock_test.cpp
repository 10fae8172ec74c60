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

TEST(Later, StopsAtTheEndsOfTime) {  // [DUR-43]
  const WallTime now{Milliseconds(1'700'000'000'000)};
  EXPECT_EQ(later(now, Milliseconds(5)), now + Milliseconds(5));
  EXPECT_EQ(later(now, Milliseconds::max()), WallTime::max());
  EXPECT_EQ(later(now, -std::chrono::days(1)), now - std::chrono::days(1));
  EXPECT_EQ(later(WallTime::min(), Milliseconds::min()), WallTime::min());
}

TEST(Later, StopsAtTheEndsOfTheClockThatNeverJumps) {  // [DUR-43]
  for (auto start : {MonoTime::min(), MonoTime(), MonoTime::max()}) {
    EXPECT_EQ(later(start, Milliseconds::max()), MonoTime::max());
    EXPECT_EQ(later(start, Milliseconds::min()), MonoTime::min());
    EXPECT_EQ(later(start, Milliseconds(0)), start);
  }
  EXPECT_EQ(later(MonoTime::min(), Milliseconds(5)), MonoTime::min() + Milliseconds(5));
  EXPECT_EQ(later(MonoTime::max(), Milliseconds(-5)), MonoTime::max() - Milliseconds(5));
  EXPECT_EQ(later(MonoTime::max() - Milliseconds(1), Milliseconds(5)), MonoTime::max());
}

TEST(Rfc3339, IsReadAsItIsWritten) {
  for (const char* text : {"2026-01-31T09:00:00.000Z", "1969-12-31T23:59:59.999Z", "0000-01-01T00:00:00.000Z",
                           "9999-12-31T23:59:59.999Z", "2024-02-29T00:00:00.120Z"})
    EXPECT_EQ(rfc3339(parse_rfc3339(text).value()), text);
  EXPECT_EQ(rfc3339(parse_rfc3339("2026-01-31T10:30:00+01:30").value()), "2026-01-31T09:00:00.000Z");
  EXPECT_EQ(rfc3339(parse_rfc3339("2026-01-31t03:00:00.1239-06:00").value()), "2026-01-31T09:00:00.123Z");
}

TEST(Rfc3339, IsNothingElse) {
  for (const char* text :
       {"", "2026-01-31", "2026-01-31T09:00:00", "2026-02-30T09:00:00Z", "2026-13-01T09:00:00Z", "2026-01-31T24:00:00Z",
        "2026-01-31T09:60:00Z", "2026-01-31T09:00:00.Z", "2026-01-31T09:00:00Zx", "+026-01-31T09:00:00Z",
        "2026-01-31T09:00:00+1:00", "2026-01-31T09:00Z", "tomorrow"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(Rfc3339, SaysTheNearestOfWhatItCannotSay) {  // [DUR-43]
  EXPECT_EQ(rfc3339(WallTime::max()), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(rfc3339(WallTime::min()), "0000-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace executus
