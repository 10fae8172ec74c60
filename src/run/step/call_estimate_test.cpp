#include "run/step/call_estimate.hpp"

#include <gtest/gtest.h>

namespace executus::run {
namespace {

// A dollar a million tokens; of lab/dear ten.
class Priced final : public llm::ModelResolver {
 public:
  Result<llm::ResolvedModel> resolve(std::string_view) override { return llm::ResolvedModel{}; }
  std::optional<llm::NanoDollars> cost(std::string_view target, const llm::Usage& usage, WallTime) override {
    if (!target.starts_with("lab/")) return std::nullopt;
    return llm::NanoDollars{(usage.input + usage.output) * (target == "lab/dear" ? 10'000 : 1'000)};
  }
};

CallEstimate of(std::string_view spec, std::optional<int> limit = {}) {
  Priced prices;
  llm::Request request;
  request.system = std::string(400, 's');
  request.max_output_tokens = limit;
  return estimate(request, targets_of(spec), prices, WallTime{});
}

std::int64_t answer(const CallEstimate& whole) { return whole.amounts.tokens - whole.input; }

TEST(CallEstimate, IsBoundByTheLimitsOfRequestAndModelAndByOurs) {  // [DUR-35]
  EXPECT_EQ(answer(of("lab/m")), kLongestHeldAnswer);
  EXPECT_EQ(answer(of("lab/m?max_output_tokens=10")), 10);
  EXPECT_EQ(answer(of("lab/m?max_output_tokens=10", 20)), 20) << "the request's goes before the model's";
  EXPECT_EQ(answer(of("lab/m", 100'000)), kLongestHeldAnswer);
  EXPECT_GE(of("lab/m").input, 100) << "400 bytes";
}

TEST(CallEstimate, OfAChainIsThatOfItsDearestModel) {  // [DUR-35]
  auto whole = of("lab/m?max_output_tokens=10,lab/dear?max_output_tokens=5");
  EXPECT_EQ(answer(whole), 10);
  EXPECT_EQ(whole.amounts.cost.count, (whole.input + 5) * 10'000);
  EXPECT_EQ(whole.unpriced, "");
}

TEST(CallEstimate, NamesAModelWithoutAPrice) {  // [DUR-35]
  EXPECT_EQ(of("lab/m,other/model").unpriced, "other/model");
  EXPECT_EQ(of("no spec at all").unpriced, "no spec at all");
}

TEST(CallEstimate, OfAPartCountsThePromptAndWhatCame) {  // [DUR-35]
  Priced prices;
  auto whole = of("lab/m");
  auto part = estimate_of_part(whole, 40, targets_of("lab/m"), prices, WallTime{});
  EXPECT_EQ(part.tokens, whole.input + 10);
  EXPECT_EQ(part.cost.count, (whole.input + 10) * 1'000);
}

}  // namespace
}  // namespace executus::run
