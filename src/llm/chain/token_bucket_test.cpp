#include "llm/chain/token_bucket.hpp"

#include <deque>
#include <ostream>

#include <gtest/gtest.h>

namespace executus::llm {
namespace {

constexpr MonoTime kMorning{std::chrono::hours(1)};

MonoTime after(int milliseconds) { return kMorning + Milliseconds(milliseconds); }

TEST(TokenBucket, HoldsABurstAndFillsSteadily) {
  TokenBucket bucket({.per_second = 2, .burst = 3});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(bucket.ready(1, kMorning), kMorning);
    bucket.take(1, kMorning);
  }
  EXPECT_EQ(bucket.ready(1, kMorning), after(500));
  EXPECT_EQ(bucket.ready(2, after(250)), after(1'000));
  EXPECT_DOUBLE_EQ(bucket.level(after(750)), 1.5);
  EXPECT_DOUBLE_EQ(bucket.level(after(60'000)), 3);
}

TEST(TokenBucket, GivesMoreThanItCanHoldWhenItIsFull) {
  TokenBucket bucket({.per_second = 10, .burst = 5});
  bucket.take(1, kMorning);
  EXPECT_EQ(bucket.ready(50, kMorning), after(100));
  bucket.take(50, after(100));
  EXPECT_DOUBLE_EQ(bucket.level(after(100)), -45);
  EXPECT_EQ(bucket.ready(0, after(100)), after(4'600)) << "it owes";
}

TEST(TokenBucket, GetsBackWhatWasTakenTooMuchAndNeverOverflows) {
  TokenBucket bucket({.per_second = 1, .burst = 10});
  bucket.take(8, kMorning);
  bucket.give_back(5, kMorning);
  EXPECT_DOUBLE_EQ(bucket.level(kMorning), 7);
  bucket.give_back(100, kMorning);
  EXPECT_DOUBLE_EQ(bucket.level(kMorning), 10);
}

TEST(TokenBucket, IsNotMovedByAClockThatItReadBefore) {
  TokenBucket bucket({.per_second = 1, .burst = 2});
  bucket.take(2, after(1'000));
  EXPECT_DOUBLE_EQ(bucket.level(kMorning), 0) << "another thread read the clock a moment earlier";
}

struct WithinRow {
  double limit;
  double burst;
};

void PrintTo(const WithinRow& row, std::ostream* out) { *out << row.limit << " a minute, " << row.burst << " at once"; }

class RateWithin : public ::testing::TestWithParam<WithinRow> {};

// Takes as soon as it may for ten minutes. Whichever minute ends with a take has no more than the limit, and nineteen
// parts in twenty of what was allowed are used where the burst is small.
TEST_P(RateWithin, NoMinuteSeesMoreThanTheLimit) {
  auto [limit, burst] = GetParam();
  TokenBucket bucket(rate_within(limit, burst));
  std::deque<MonoTime> minute;
  int taken = 0;
  for (auto now = kMorning; (now = bucket.ready(1, now)) < after(600'000);) {
    bucket.take(1, now);
    ++taken;
    minute.push_back(now);
    while (minute.front() <= now - std::chrono::minutes(1)) minute.pop_front();
    ASSERT_LE(minute.size(), limit) << "at " << (now - kMorning) / Milliseconds(1);
  }
  if (burst <= 1 + limit / 50) {
    EXPECT_GE(taken, 0.95 * 10 * limit);
  }
}

INSTANTIATE_TEST_SUITE_P(Limits, RateWithin,
                         ::testing::Values(WithinRow{1, 1}, WithinRow{3, 1}, WithinRow{10, 1}, WithinRow{10, 5},
                                           WithinRow{10, 99}, WithinRow{60, 2}, WithinRow{500, 11}, WithinRow{500, 250},
                                           WithinRow{6'000, 121}));

}  // namespace
}  // namespace executus::llm
