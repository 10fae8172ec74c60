// What becomes of runs whose budget is used up, and of many branches under one budget.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "budget/budgeted_test.hpp"

namespace executus::budget {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

struct Waiting : Budgeted {
  explicit Waiting(std::size_t times) : Budgeted(looks(times)) {}
  journal::RunRow row() { return *loop.run(store->inner().find(*RunId::parse("run"))); }
  bool is_due() { return !loop.run(store->inner().claimable({})).empty(); }
};

TEST(BreachOfABudget, ParksTheRunUntilTheLimitIsRaised) {  // [DUR-35]
  Waiting run(3);
  run.agent.budget = tokens(20, {OnBreach::park, {}});
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::waiting);
  EXPECT_EQ(run.row().reason, "budget");
  EXPECT_FALSE(run.is_due());
  EXPECT_EQ(run.holds(), 0U);

  SharedBudget outside(run.budgets, run.loop.clock(), &run.store->inner());
  (void)run.loop.run(run.budgets.raise("run:run", {Milliseconds(0), 100, {}}));
  EXPECT_THAT(run.loop.run(outside.wake("run:run")), ::testing::ElementsAre(*RunId::parse("run")));
  EXPECT_TRUE(run.is_due());
  EXPECT_TRUE(run.recover()->ok());
  EXPECT_THAT(run.model->requests, SizeIs(4)) << "no call is made twice";
  EXPECT_EQ(run.standing("run:run").spent.tokens, 60);
}

TEST(BreachOfABudget, ParksAgainWhenTheRaiseIsNotEnough) {  // [DUR-35]
  Waiting run(3);
  run.agent.budget = tokens(20, {OnBreach::park, {}});
  (void)run.run();
  (void)run.loop.run(run.budgets.raise("run:run", {Milliseconds(0), 15, {}}));
  EXPECT_EQ(run.recover()->status, RunStatus::waiting);
  EXPECT_THAT(run.model->requests, SizeIs(3));
}

TEST(BreachOfABudget, WakesTheRunAtTheEdgeOfTheWindow) {  // [DUR-35]
  Waiting run(3);
  run.set({"agent:test", {{}, 20, {}}, std::chrono::hours(24), {OnBreach::park, {}}});
  EXPECT_EQ(run.run().status, RunStatus::waiting);
  ASSERT_TRUE(run.row().wake_at);
  EXPECT_FALSE(run.is_due());
  run.loop.manual_clock().advance(std::chrono::hours(25));
  EXPECT_TRUE(run.is_due());
  EXPECT_EQ(run.recover()->iterations, 4) << "two more, and the window is full again";
}

TEST(BreachOfABudget, StopsARunThatNothingCouldWake) {  // [DUR-35]
  Budgeted run(looks(3));
  run.agent.durability = Durability::memory;
  run.agent.budget = tokens(20, {OnBreach::park, {}});
  EXPECT_EQ(run.run().error_code, "budget.exceeded");
}

TEST(BreachOfABudget, IsNotSwallowedByAnOptionalPhase) {  // [DUR-35]
  Budgeted run(looks(3));
  run.agent.phases = {Phase{.name = "work", .system_prompt = "work", .optional = true, .fallback = "nothing"}};
  run.agent.budget = tokens(20);
  EXPECT_EQ(run.run().error_code, "budget.exceeded");
}

TEST(BreachOfABudget, GoesOnWithACheaperModel) {  // [DUR-35]
  class Cheap final : public llm::Model {
   public:
    Task<llm::Response> generate(llm::Request, llm::StreamObserver*) override {
      ++asked;
      llm::Response response = run::says("done cheaply");
      response.usage = {10, 5, 0, 0, 0};
      response.target = target_;
      co_return response;
    }
    const std::string& target() const override { return target_; }
    int asked = 0;

   private:
    std::string target_ = "test/cheap";
  };
  Budgeted run(looks(9));
  auto cheap = std::make_shared<Cheap>();
  run.priced.others["cheap"] = cheap;
  run.agent.budget = dollars(0.02, {OnBreach::tier, "cheap"});
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, "done cheaply");
  EXPECT_THAT(run.model->requests, SizeIs(2));
  EXPECT_EQ(cheap->asked, 1);
  EXPECT_EQ(run.standing("run:run").spent.cost.count, 30'000'000 + 15'000) << "it counts all the same";
}

// Gives each of its items to a researcher, who asks the model once: for one and a half cents.
struct Branches : BudgetedAs<run::Family> {
  explicit Branches(int items) : BudgetedAs([](std::size_t) { return run::says("found"); }) {
    agent.phases = {Phase{.name = "each",
                          .system_prompt = "",
                          .kind = Phase::Kind::map,
                          .map = {"{{inputs.items}}", "researcher", "{{item}}", 50}}};
    for (int i = 0; i < items; ++i) list.emplace_back(i);
  }
  RunOutcome run_all() {
    auto whole = invocation("run");
    whole.inputs["items"] = list;
    return loop.run(executor->run(agent, std::move(whole)));
  }
  boost::json::array list;
};

TEST(BudgetOfManyBranches, LetsAllRunWhoseAnswersFit) {  // [DUR-35]
  Branches run(50);
  run.agent.budget = dollars(1);
  auto outcome = run.run_all();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_THAT(run.model->requests, SizeIs(50)) << "though each holds four dollars by estimate";
  EXPECT_THAT(outcome.output, ::testing::Not(HasSubstr("null")));
  EXPECT_EQ(run.standing("run:run").spent.tokens, 50 * 15);
  EXPECT_EQ(run.standing("run:run").held, Amounts{});
  EXPECT_EQ(run.holds(), 0U);
}

TEST(BudgetOfManyBranches, IsPassedByNoMoreThanTheCallsInFlight) {  // [DUR-35]
  Branches run(100);
  run.agent.budget = dollars(1);
  auto outcome = run.run_all();
  auto spent = static_cast<double>(run.standing("run:run").spent.cost.count) / 1e9;
  EXPECT_GE(spent, 1);
  EXPECT_LE(spent, 1.015) << "one call held what was left";
  EXPECT_EQ(run.standing("run:run").spent.tokens, 15 * static_cast<std::int64_t>(run.model->requests.size()));
  EXPECT_EQ(run.standing("run:run").held, Amounts{});
}

}  // namespace
}  // namespace executus::budget
