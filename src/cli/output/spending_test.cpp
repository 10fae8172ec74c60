#include "cli/output/spending.hpp"

#include <gtest/gtest.h>

namespace executus::cli {
namespace {

TEST(SpendingText, OfTimeIsShortAndLosesLittle) {
  const std::pair<std::int64_t, const char*> rows[] = {
      {0, "0.0s"},       {449, "0.4s"},      {9'999, "9.9s"},      {10'000, "10s"},      {59'999, "59s"},
      {60'000, "1m00s"}, {185'000, "3m05s"}, {3'600'000, "1h00m"}, {7'620'000, "2h07m"}, {86'400'000, "1d00h"}};
  for (const auto& [ms, text] : rows) EXPECT_EQ(time_text(Milliseconds(ms)), text);
}

TEST(SpendingText, OfCostSaysWhatIsNotKnown) {
  llm::CostSum cost;
  cost += llm::NanoDollars{10'500'000};
  EXPECT_EQ(cost_text(cost), "$0.0105");
  EXPECT_EQ(dollars(cost.total()), "0.0105");
  cost += std::nullopt;
  EXPECT_EQ(cost_text(cost), "unknown ($0.0105 known)");
  EXPECT_EQ(dollars(cost.total()), "");
  EXPECT_EQ(cost_text(llm::CostSum{{}, 1}), "unknown");
}

}  // namespace
}  // namespace executus::cli
