#include "cli/input/since.hpp"

#include <gtest/gtest.h>

#include <executus/base/error.hpp>

namespace executus::cli {
namespace {

const WallTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 1 / 31) + std::chrono::hours(12);

TEST(Since, IsADurationBackOrADate) {
  EXPECT_EQ(parse_since("2h", kNow), kNow - std::chrono::hours(2));
  EXPECT_EQ(parse_since("2026-01-31", kNow), kNow - std::chrono::hours(12));
  EXPECT_EQ(parse_since("2026-01-31T11:59:30Z", kNow), kNow - std::chrono::seconds(30));
}

TEST(Since, RefusesEverythingElse) {
  for (const char* bad :
       {"", "yesterday", "2026-13-01", "2026-02-30", "2026-01-31T25:00:00Z", "2026-01-31T09:60:00Z", "2026-01-31 x"})
    EXPECT_THROW((void)parse_since(bad, kNow), Error) << bad;
}

}  // namespace
}  // namespace executus::cli
