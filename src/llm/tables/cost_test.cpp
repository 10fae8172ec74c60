#include <limits>

#include <gtest/gtest.h>

#include <executus/llm/cost.hpp>
#include <executus/llm/usage.hpp>

namespace executus::llm {
namespace {

TEST(NanoDollars, AreWrittenExactly) {
  EXPECT_EQ(to_string(NanoDollars{0}), "$0.00");
  EXPECT_EQ(to_string(NanoDollars{1}), "$0.000000001");
  EXPECT_EQ(to_string(NanoDollars{10'500'000}), "$0.0105");
  EXPECT_EQ(to_string(NanoDollars{12'500'000'000}), "$12.50");
  EXPECT_EQ(to_string(NanoDollars{-1'000'000'000}), "-$1.00");
  EXPECT_EQ(to_string(NanoDollars{std::numeric_limits<std::int64_t>::min()}), "-$9223372036.854775808");
}

TEST(NanoDollars, AddUpExactlyAndStopAtTheLargest) {
  NanoDollars sum;
  for (int i = 0; i < 10'000'000; ++i) sum += NanoDollars{100};
  EXPECT_EQ(to_string(sum), "$1.00");

  sum += NanoDollars{std::numeric_limits<std::int64_t>::max()};
  EXPECT_EQ(sum.count, std::numeric_limits<std::int64_t>::max());
}

TEST(NanoDollars, UnknownIsNotZero) {
  EXPECT_EQ(cost_text(std::nullopt), "unknown");
  EXPECT_EQ(cost_text(NanoDollars{0}), "$0.00");
}

TEST(Usage, SumsStopAtTheLargestNumber) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  Usage sum{most - 1, 1, most, 0, 2};
  sum += Usage{2, 1, most, most, 0};

  EXPECT_EQ(sum, (Usage{most, 2, most, most, 2}));
}

TEST(Attribution, IsChangedOneThingAtATime) {  // [MOD-10]
  auto user = with_usage_user(nullptr, "ada");
  auto all = with_model(with_trace_id(with_usage_tool(user, "classify"), "t-1"), "fast");

  EXPECT_EQ(all->user, "ada");
  EXPECT_EQ(all->tool, "classify");
  EXPECT_EQ(all->trace_id, "t-1");
  EXPECT_EQ(all->model, "fast");
  EXPECT_EQ(user->tool, "") << "what is shared stays as it was";
}

}  // namespace
}  // namespace executus::llm
