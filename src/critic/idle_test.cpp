#include "critic/idle.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace executus::critic {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(NextWake, IsOneSoftTimeAfterTheLastActivity) {  // [CRB-02]
  const MonoTime start{hours(1)};
  EXPECT_EQ(next_wake({start, false}, minutes(5)), start + minutes(5));
  EXPECT_EQ(next_wake({start + minutes(3), false}, minutes(5)), start + minutes(8));
}

TEST(NextWake, IsNoneWhenTheEscalatorWasAskedAboutThisPeriod) {  // [CRB-02]
  EXPECT_EQ(next_wake({MonoTime{hours(1)}, true}, minutes(5)), std::nullopt);
}

TEST(NextWake, DoesNotOverflow) {
  const MonoTime late = MonoTime::max() - hours(1);
  EXPECT_GT(next_wake({late, false}, Milliseconds::max()), late);
}

struct BackstopRow {
  const char* what;
  Milliseconds soft;
  double multiplier;
  Milliseconds expected;
};

void PrintTo(const BackstopRow& row, std::ostream* out) { *out << row.what; }

class Backstop : public ::testing::TestWithParam<BackstopRow> {};

TEST_P(Backstop, IsAMultipleOfTheSoftTimeWithinBounds) {  // [CRB-04] [HOST-04]
  const auto& row = GetParam();
  EXPECT_EQ(backstop(row.soft, row.multiplier, {}), row.expected) << row.what;
}

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
INSTANTIATE_TEST_SUITE_P(Table, Backstop,
                         ::testing::Values(BackstopRow{"plain", minutes(10), 3, minutes(30)},
                                           BackstopRow{"fraction", minutes(10), 1.5, minutes(15)},
                                           BackstopRow{"one is floored", minutes(10), 1, minutes(20)},
                                           BackstopRow{"less than one is floored", minutes(10), 0.2, minutes(20)},
                                           BackstopRow{"negative is floored", minutes(10), -4, minutes(20)},
                                           BackstopRow{"not a number is floored", minutes(10), kNan, minutes(20)},
                                           BackstopRow{"infinity is clamped", minutes(10), kInfinity, hours(6)},
                                           BackstopRow{"huge is clamped", minutes(10), 1e300, hours(6)},
                                           BackstopRow{"clamped", hours(3), 3, hours(6)},
                                           BackstopRow{"never below soft", hours(7), 3, hours(7)},
                                           BackstopRow{"the longest soft time", Milliseconds::max(), 3,
                                                       Milliseconds::max()}));

TEST(BackstopOptions, AreTheHosts) {  // [HOST-04] [CRB-04]
  WatchdogOptions options;
  options.max_backstop = hours(1);
  options.least_multiplier = 4;
  EXPECT_EQ(backstop(minutes(30), 3, options), hours(1));
  EXPECT_EQ(backstop(minutes(5), 1, options), minutes(20));
  options.least_multiplier = 0.1;
  EXPECT_EQ(backstop(minutes(5), 1, options), minutes(5));
}

}  // namespace
}  // namespace executus::critic
