#include "lane/throughput.hpp"

#include <gtest/gtest.h>

namespace executus::lane {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MonoTime kBegin{std::chrono::hours(1)};

TEST(Throughput, CountsWhatEndedInTheLastMinute) {  // [COR-08]
  Throughput throughput;
  throughput.count(kBegin);
  throughput.count(kBegin + seconds(1));
  throughput.count(kBegin + seconds(1));
  EXPECT_EQ(throughput.last_minute(kBegin + seconds(59)), 3u);
  EXPECT_EQ(throughput.last_minute(kBegin + seconds(60)), 2u);
  EXPECT_EQ(throughput.last_minute(kBegin + seconds(61)), 0u);
}

TEST(Throughput, ForgetsAMinuteWhenItsSecondComesAgain) {  // [COR-08]
  Throughput throughput;
  for (int i = 0; i < 5; ++i) throughput.count(kBegin);
  throughput.count(kBegin + seconds(120));
  EXPECT_EQ(throughput.last_minute(kBegin + seconds(120)), 1u);
}

TEST(Throughput, GuessesFromThePaceSinceTheOldestItKnows) {  // [COR-08]
  Throughput throughput;
  EXPECT_EQ(throughput.expected(3, kBegin), std::nullopt);
  EXPECT_EQ(throughput.expected(0, kBegin), milliseconds(0));
  for (int i = 0; i < 10; ++i) throughput.count(kBegin + seconds(i));
  EXPECT_EQ(throughput.expected(3, kBegin + seconds(10)), milliseconds(3'000));
  EXPECT_EQ(throughput.expected(10, kBegin + seconds(20)), milliseconds(20'000)) << "nothing ended for a while";
  EXPECT_EQ(throughput.expected(1, kBegin + seconds(90)), std::nullopt);
}

}  // namespace
}  // namespace executus::lane
