#include "cli/chat/spent.hpp"

#include <gmock/gmock.h>

namespace executus::cli {
namespace {

using ::testing::EndsWith;

llm::UsageRecord answer(std::optional<llm::NanoDollars> cost) {
  llm::UsageRecord record;
  record.usage = {1000, 10, 200, 0, 0};
  record.cost = cost;
  return record;
}

TEST(Spent, SumsWhatAnswersUsedAndCost) {  // [API-12]
  Spent spent;
  EXPECT_EQ(spent.text(), "0 tokens in (0 of them from a cache), 0 out, $0.00");
  spent.record(answer(llm::NanoDollars{11'000'000}));
  spent.record(answer(llm::NanoDollars{1'000'000}));
  EXPECT_EQ(spent.text(), "2000 tokens in (400 of them from a cache), 20 out, $0.012");
}

TEST(Spent, DoesNotTakeUnknownForNothing) {  // [API-12]
  Spent spent;
  spent.record(answer(std::nullopt));
  EXPECT_THAT(spent.text(), EndsWith("10 out, cost unknown: no price is known (docs/guides/cost.md)"));
  spent.record(answer(llm::NanoDollars{11'000'000}));
  EXPECT_THAT(spent.text(), EndsWith("$0.011 and what 1 answer without a known price cost"));
  spent.add_unanswered({});
  spent.add_unanswered({5, 5, 0, 0, 0});
  EXPECT_THAT(spent.text(), EndsWith("25 out, $0.011 and what 2 answers without a known price cost"));
}

}  // namespace
}  // namespace executus::cli
