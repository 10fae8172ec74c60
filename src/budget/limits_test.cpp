// What limits a run: its agent's own budget, that of a run above it, of its agent, of its caller.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/budget/no_budget.hpp>

#include "budget/budgeted_test.hpp"

namespace executus::budget {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(BudgetedRun, StopsWhenItsTokensAreUsedUp) {  // [BUD-01] [DUR-35]
  Budgeted run(looks(10));
  run.agent.budget = tokens(40);
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_EQ(outcome.error_code, "budget.exceeded");
  EXPECT_THAT(outcome.error, HasSubstr("45 of 40 tokens"));
  EXPECT_THAT(run.model->requests, SizeIs(3)) << "the limit is passed by one call";
  EXPECT_EQ(run.standing("run:run").spent.tokens, 45);
  EXPECT_EQ(run.holds(), 0U);
}

TEST(BudgetedRun, StopsWhenItsMoneyIsUsedUp) {  // [DUR-35]
  Budgeted run(looks(10));
  run.agent.budget = dollars(0.04);
  auto outcome = run.run();
  EXPECT_EQ(outcome.error_code, "budget.exceeded");
  EXPECT_THAT(run.model->requests, SizeIs(3));
  EXPECT_EQ(run.standing("run:run").spent.cost, spendable_dollars(0.045).value());
}

TEST(BudgetedRun, StopsWhenItsSecondsAreUsedUp) {  // [DUR-35]
  Budgeted run(looks(10));
  run.agent.budget = AgentBudget{{std::chrono::seconds(5), {}, {}}, {}};
  run.look->before_effect = [&] { run.loop.manual_clock().advance(Milliseconds(2'000)); };
  auto outcome = run.run();
  EXPECT_EQ(outcome.error_code, "budget.exceeded");
  EXPECT_THAT(outcome.error, HasSubstr("6 of 5 seconds"));
  EXPECT_THAT(run.model->requests, SizeIs(3));
}

TEST(BudgetedRun, EndsWellWithinItsBudget) {  // [DUR-35]
  Budgeted run(looks(2));
  run.agent.budget = dollars(1);
  EXPECT_TRUE(run.run().ok());
  auto standing = run.standing("run:run");
  EXPECT_EQ(standing.spent.tokens, 45);
  EXPECT_EQ(standing.held, Amounts{});
  EXPECT_EQ(standing.estimated, Amounts{});
  EXPECT_EQ(run.holds(), 0U);
}

TEST(BudgetedRun, AsksNotBeforeEachCall) {  // [DUR-35]
  Budgeted run(looks(30));
  run.agent.max_iterations = 50;
  run.agent.budget = dollars(10'000);
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(run.model->requests, SizeIs(31));
  EXPECT_LE(run.counted.reserved, 4) << "a block lasts for several calls";
}

TEST(BudgetedRun, MakesNoCallOfABudgetOfZero) {  // [BUD-01] [DUR-35]
  for (const auto& budget : {tokens(0), dollars(0), AgentBudget{{Milliseconds(0), {}, {}}, {}}}) {
    Budgeted run(looks(1));
    run.agent.budget = budget;
    EXPECT_EQ(run.run().error_code, "budget.exceeded");
    EXPECT_THAT(run.model->requests, IsEmpty());
  }
}

TEST(BudgetedRun, IsRefusedBeforeItsFirstCallWhenAModelHasNoPrice) {  // [DUR-35]
  for (const char* spec : {"test/modle", "test/model,other/model"}) {
    Budgeted run(looks(1));
    run.priced.spec = spec;
    run.agent.budget = dollars(1);
    auto outcome = run.run();
    EXPECT_EQ(outcome.error_code, "budget.unpriced") << spec;
    EXPECT_THAT(run.model->requests, IsEmpty());
  }
}

TEST(BudgetedRun, NeedsNoPriceWhereTokensAreLimited) {  // [DUR-35]
  Budgeted run(looks(1));
  run.priced.spec = "other/model";
  run.agent.budget = tokens(1'000);
  EXPECT_TRUE(run.run().ok());
}

TEST(BudgetedRun, IsRefusedWhereThereIsNoBudgetToKeep) {  // [DUR-35]
  run::Harness run(looks(0));
  run.agent.budget = tokens(1);
  EXPECT_EQ(run.run().error_code, "budget.unsupported");
  NoBudget none;
  run.reconfigure([&](ExecutorConfig& config) { config.ports.budget = &none; });
  EXPECT_EQ(run.run("another").error_code, "budget.unsupported");
}

TEST(NoBudget, LetsEverythingThrough) {  // [BUD-03]
  run::Harness run(looks(0));
  NoBudget none;
  run.reconfigure([&](ExecutorConfig& config) { config.ports.budget = &none; });
  EXPECT_TRUE(run.run().ok());
}

TEST(BudgetedCaller, IsStoppedOverAllOfTheirRuns) {  // [BUD-02] [DUR-35]
  Budgeted run(looks(0));
  run.set({"caller:ada", {{}, 40, {}}, std::chrono::hours(168), {}});
  auto as = [&](const char* caller, const char* id) {
    auto invocation = run.invocation(id);
    invocation.caller = caller;
    return run.loop.run(run.executor->run(run.agent, std::move(invocation))).error_code;
  };
  for (const char* id : {"r1", "r2", "r3"}) EXPECT_EQ(as("ada", id), "");
  EXPECT_EQ(as("ada", "r4"), "budget.exceeded");
  EXPECT_EQ(as("bob", "r5"), "");
  run.loop.manual_clock().advance(std::chrono::hours(170));
  EXPECT_EQ(as("ada", "r6"), "") << "the window has moved on";
}

TEST(BudgetedTree, SharesTheBudgetOfTheRunAtItsTop) {  // [DUR-35]
  BudgetedAs<run::Family> run(run::family);
  run.agent.budget = tokens(1'000);
  ASSERT_TRUE(run.run().ok());
  EXPECT_THAT(run.model->requests, SizeIs(4));
  EXPECT_EQ(run.standing("run:run").spent.tokens, 60) << "two calls of each";
  EXPECT_EQ(run.holds(), 0U);
}

TEST(BudgetedTree, IsStoppedAsAWhole) {  // [DUR-35]
  BudgetedAs<run::Family> run(run::family);
  run.agent.budget = tokens(20);
  auto outcome = run.run();
  EXPECT_EQ(outcome.error_code, "budget.exceeded");
  EXPECT_THAT(run.model->requests, SizeIs(2)) << "the parent's, then the child's, which passes the limit";
  EXPECT_EQ(run.children().front().error_code, "budget.exceeded");
}

TEST(BudgetedTree, HasTheLimitsOfARunBelowToo) {  // [DUR-35]
  BudgetedAs<run::Family> run(run::family);
  run.agent.budget = tokens(1'000);
  run.sub_agents.agents["researcher"].agent.budget = tokens(10);
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok()) << "the parent is told, and goes on";
  EXPECT_THAT(run.last_result(), HasSubstr("15 of 10 tokens"));
  EXPECT_EQ(run.standing("run:run").spent.tokens, 45);
}

// Uses more than any estimate says, and has no price.
class DearModel final : public llm::Model {
 public:
  explicit DearModel(std::shared_ptr<llm::Model> model) : model_(std::move(model)) {}
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver* observer) override {
    auto response = co_await model_->generate(std::move(request), observer);
    response.usage.input = 10'000;
    response.target = target_;
    co_return response;
  }
  const std::string& target() const override { return target_; }

 private:
  const std::shared_ptr<llm::Model> model_;
  const std::string target_ = "test/dear";
};

// Its call took all that it held, and more: what is known to be spent refuses, and nothing waits for a hold that the
// run above, which waits too, would never give back.
TEST(BudgetedTree, IsStoppedWhereTheRunAboveHasUsedAllThatItHeld) {  // [DUR-35]
  BudgetedAs<run::Family> run(run::family);
  run.priced.others["dear"] = std::make_shared<DearModel>(run.model);
  run.agent.model = "dear";
  run.agent.budget = tokens(10);
  auto outcome = run.run();
  EXPECT_EQ(outcome.error_code, "budget.exceeded");
  EXPECT_THAT(run.model->requests, SizeIs(1));
  EXPECT_EQ(run.standing("run:run").spent.tokens, 10'005);
  EXPECT_EQ(run.children().front().error_code, "budget.exceeded");
}

// The tool's question holds all that is left while it is asked, and the run below asks afterwards.
TEST(BudgetedTree, IsNotHeldUpByAToolBesideIt) {  // [DUR-35]
  BudgetedAs<run::Family> run([](const llm::Request& request, std::size_t turn) {
    if (request.system == "nested") return run::says("so");
    if (request.system != "parent") return run::says("found");
    return turn > 0 ? run::says("done")
                    : run::calls({{"a", "ask", "{}"}, {"c", "agent__researcher", R"({"prompt":"find out"})"}});
  });
  run.add(std::make_shared<AskingTool>(1));
  run.agent.budget = tokens(4'000);
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(run.standing("run:run").spent.tokens, 60);
  EXPECT_EQ(run.holds(), 0U);
}

// The process dies after the answer that asks for a run below, before it gives back what it holds.
TEST(BudgetedTree, IsNotHeldUpByWhatADeadProcessHeld) {  // [DUR-35]
  BudgetedAs<run::Family> run(run::family);
  run.agent.budget = tokens(4'000);
  run.model->on_call = [&] {
    run.store->writes_left = 1;
    run.counted.dead = true;
  };
  (void)run.run();
  EXPECT_EQ(run.standing("run:run").held.tokens, 4'000);
  run.model->on_call = {};
  run.counted.dead = false;
  run.new_process();
  auto outcome = run.recover();
  ASSERT_TRUE(outcome && outcome->ok()) << (outcome ? outcome->error : "");
  EXPECT_EQ(run.standing("run:run").spent.tokens, 60);
  EXPECT_EQ(run.holds(), 0U);
}

// "dead" is in no journal.
TEST(SharedBudget, LooksForWhatEndedRunsHoldOnceASecond) {
  testing::ManualLoop loop;
  journal::MemoryJournal journal(loop.clock());
  auto runs = journal.open_worker();
  MemoryBudgets store;
  SharedBudget shared(store, loop.clock(), runs.get());
  loop.run(store.set({"caller:ada", {{}, 100, {}}, Milliseconds(0), {}}, BudgetStore::Put::always, WallTime()));
  auto ask = [&](const char* id) {
    RunInfo info;
    info.run = *RunId::parse(id);
    info.caller = "ada";
    return loop.run(shared.reserve(info, {.epoch = 1}, {Milliseconds(0), 100, {}})).verdict;
  };
  using enum BudgetAnswer::Verdict;
  EXPECT_EQ(ask("dead1"), granted);
  EXPECT_EQ(ask("asks"), wait);
  EXPECT_EQ(ask("asks"), breached) << "what dead1 held is charged";
  (void)loop.run(store.raise("caller:ada", {Milliseconds(0), 100, {}}));
  EXPECT_EQ(ask("dead2"), granted);
  EXPECT_EQ(ask("asks"), wait);
  EXPECT_EQ(ask("asks"), wait) << "it did not look again";
  loop.advance(Milliseconds(1'000));
  EXPECT_EQ(ask("asks"), wait);
  EXPECT_EQ(ask("asks"), breached);
}

}  // namespace
}  // namespace executus::budget
