// What a tool has painted is held and counted like what the run says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/run/painting.hpp>

#include "budget/budgeted_test.hpp"

namespace executus::budget {
namespace {

using ::testing::HasSubstr;

class Painter final : public llm::ImageModel {
 public:
  explicit Painter(BudgetStore& store) : store_(store) {}
  Task<std::vector<llm::Image>> generate(llm::ImageRequest request) override {
    ++asked;
    held = co_await held_now();
    if (fails) throw *fails;
    if (used) request.spent->spent(painter, *used);
    co_return std::vector<llm::Image>(static_cast<std::size_t>(request.count), llm::Image{"pixels", "image/png"});
  }
  const std::string& target() const override { return painter; }
  Task<Amounts> held_now() {
    Amounts sum;
    for (const auto& each : co_await store_.list(WallTime())) sum += each.held;
    co_return sum;
  }

  std::string painter = "test/model";
  std::optional<llm::Usage> used = llm::Usage{20, 300, 0, 0, 0};
  std::optional<llm::ModelError> fails;
  Amounts held, held_after;
  int asked = 0;

 private:
  BudgetStore& store_;
};

class PaintTool final : public tool::Tool {
 public:
  explicit PaintTool(std::shared_ptr<Painter> painter) : painter_(std::move(painter)) {
    info_.spec = {"look", "Paints two cats.", {{"type", "object"}}};
    info_.effect = tool::Effect::pure;
  }
  const tool::ToolInfo& info() const override { return info_; }
  Task<tool::Outcome> call(tool::Call call) override {
    llm::ImageRequest request;
    request.prompt = "two cats";
    request.count = 2;
    try {
      auto images = co_await paint(call, painter_, std::move(request));
      painter_->held_after = co_await painter_->held_now();
      tool::Outcome done = tool::Done{std::to_string(images.size()) + " images"};
      co_return done;
    } catch (const Error& error) {
      tool::Outcome problem = tool::Failed{std::string(error.code())};
      co_return problem;
    }
  }

 private:
  tool::ToolInfo info_;
  std::shared_ptr<Painter> painter_;
};

struct Painted : BudgetedAs<> {
  Painted() : BudgetedAs(looks(1)) {
    add(std::make_shared<PaintTool>(painter));
    agent.budget = dollars(1'000);
  }
  // What the model was told of the call.
  std::string told() { return model->requests.at(1).messages.back().tool_results.at(0).text; }
  std::shared_ptr<Painter> painter = std::make_shared<Painter>(budgets);
};

constexpr std::int64_t kSaid = 30;  // tokens of the model of the run

TEST(PaintedImage, IsHeldAndCounts) {  // [DUR-35] [LLM-24]
  Painted run;
  run.agent.budget = dollars(25);  // a thousandth for each token, so that it is held for this call alone
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(run.told(), "2 images");
  EXPECT_GT(run.painter->held.tokens, 2 * 8'000);
  EXPECT_EQ(run.painter->held_after, Amounts{}) << "the tool goes on";
  EXPECT_EQ(run.standing("run:run").spent.tokens, kSaid + 320);
  EXPECT_EQ(run.standing("run:run").spent.cost.count, (kSaid + 320) * 1'000'000);
  EXPECT_EQ(run.standing("run:run").estimated, Amounts{});
  EXPECT_EQ(outcome.usage.output, 10 + 300) << "of the run, with what it said";
  EXPECT_EQ(run.holds(), 0U);
}

TEST(PaintedImage, OfAServerThatCountsNoTokensIsEstimated) {  // [DUR-35]
  Painted run;
  run.painter->used.reset();
  ASSERT_TRUE(run.run().ok());
  EXPECT_EQ(run.standing("run:run").spent.tokens, kSaid);
  EXPECT_EQ(run.standing("run:run").estimated.tokens, 2 * 8'000 + 3);
}

TEST(PaintedImage, ThatWasRefusedCostsNothing) {  // [DUR-35]
  for (auto [failure, status] : {std::pair(llm::Failure::permanent, 0), {llm::Failure::transient, 429}}) {
    Painted run;
    run.painter->fails.emplace(failure, "model.failed", "no", status);
    ASSERT_TRUE(run.run().ok());
    EXPECT_EQ(run.told(), "model.failed");
    EXPECT_EQ(run.standing("run:run").estimated, Amounts{});
    EXPECT_EQ(run.holds(), 0U);
  }
}

TEST(PaintedImage, OfAServerThatBrokeOffIsEstimated) {  // [DUR-35]
  Painted run;
  run.painter->fails.emplace(llm::Failure::transient, "model.truncated", "it broke off", 0);
  ASSERT_TRUE(run.run().ok());
  EXPECT_GT(run.standing("run:run").estimated.tokens, 16'000);
}

TEST(PaintedImage, IsNotAskedForOnceTheBudgetIsUsedUp) {  // [BUD-01] [DUR-35]
  Painted run;
  run.agent.budget = tokens(15);
  EXPECT_EQ(run.run().error_code, "budget.exceeded");
  EXPECT_EQ(run.painter->asked, 0);
}

TEST(PaintedImage, IsNotAskedForWhereACheaperModelTakesOver) {  // [DUR-35]
  Painted run;
  run.priced.others["cheap"] = run.model;
  run.agent.budget = dollars(0.015, {OnBreach::tier, "cheap"});
  ASSERT_TRUE(run.run().ok());
  EXPECT_EQ(run.painter->asked, 0);
  EXPECT_EQ(run.told(), "budget.exceeded");
}

TEST(PaintedImage, WithoutAPriceIsNotAskedForWhereMoneyIsLimited) {  // [DUR-35]
  Painted run;
  run.painter->painter = "test/painter";
  ASSERT_TRUE(run.run().ok());
  EXPECT_EQ(run.painter->asked, 0);
  EXPECT_EQ(run.told(), "budget.unpriced");
}

TEST(PaintedImage, CountsWhereNothingIsLimited) {  // [LLM-24]
  Painted run;
  run.agent.budget.reset();
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(run.told(), "2 images");
  EXPECT_EQ(outcome.usage.output, 10 + 300);
}

TEST(PaintedImage, NeedsNoRun) {  // [LLM-24]
  testing::ManualLoop loop;
  MemoryBudgets none;
  auto painter = std::make_shared<Painter>(none);
  painter->used.reset();
  auto images = loop.run(paint({}, painter, {.prompt = "a cat"}));
  EXPECT_EQ(images.size(), 1U);
}

}  // namespace
}  // namespace executus::budget
