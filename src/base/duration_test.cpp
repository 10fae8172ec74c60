#include "base/duration.hpp"

#include <cstdint>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus {
namespace {

TEST(ParseDuration, ReadsEveryUnit) {
  EXPECT_EQ(parse_duration("500ms").value(), Milliseconds(500));
  EXPECT_EQ(parse_duration("60s").value(), Milliseconds(60'000));
  EXPECT_EQ(parse_duration("5m").value(), Milliseconds(300'000));
  EXPECT_EQ(parse_duration("2h").value(), Milliseconds(7'200'000));
  EXPECT_EQ(parse_duration("30d").value(), Milliseconds(2'592'000'000));
  EXPECT_EQ(parse_duration("0s").value(), Milliseconds(0));
}

TEST(ParseDuration, RefusesEverythingElse) {
  for (const char* bad : {"", "5", "m", "-1s", "+1s", "1.5h", "1h30m", " 1s", "1s ", "1 s", "1S", "1w", "0x1s"}) {
    auto duration = parse_duration(bad);
    ASSERT_FALSE(duration) << bad;
    EXPECT_EQ(duration.error().code(), "config.duration");
    EXPECT_THAT(duration.error().message(), testing::HasSubstr("such as 500ms"));
  }
}

TEST(ParseDuration, StaysFarFromOverflow) {
  EXPECT_EQ(parse_duration("36500d").value(), Milliseconds(std::int64_t{36'500} * 86'400'000));
  for (const char* bad : {"36501d", "18446744073709551615d", "99999999999999999999999s", "9223372036854775807ms"})
    EXPECT_THAT(parse_duration(bad).error().message(), testing::HasSubstr("the longest is 36500d")) << bad;
}

TEST(FormatDuration, IsReadBackAsTheSame) {
  EXPECT_EQ(format_duration(Milliseconds(90'000)), "90s");
  EXPECT_EQ(format_duration(Milliseconds(7'200'000)), "2h");
  EXPECT_EQ(format_duration(Milliseconds(0)), "0s");
  for (std::int64_t ms : {1, 999, 1000, 1001, 60'000, 86'400'000, 1'234'567'890})
    EXPECT_EQ(parse_duration(format_duration(Milliseconds(ms))).value(), Milliseconds(ms));
}

}  // namespace
}  // namespace executus
