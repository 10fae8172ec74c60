// What dead processes held comes back, at its price.
#include "budget/left_holds.hpp"

#include <utility>

#include <gtest/gtest.h>

#include <executus/async/timing.hpp>

#include "budget/budgeted_test.hpp"

namespace executus::budget {
namespace {

constexpr WallTime kEnd{std::chrono::hours(480'000)};

Hold held(std::int64_t tokens = 100) {
  return {*RunId::parse("r"), 3, {"agent:a"}, {Milliseconds(0), 7, {}}, {Milliseconds(0), tokens, {}}, {}};
}
journal::RunRow ended(RunStatus status, std::int64_t epoch = 3) {
  journal::RunRow row;
  row.status = status;
  row.epoch = epoch;
  row.usage = {10, 5, 0, 0, 0};
  row.ended_at = kEnd;
  return row;
}
std::string became(const Hold& hold, const std::optional<journal::RunRow>& row, Milliseconds later_by) {
  auto left = left_by_ended(hold, row, kEnd + later_by);
  if (!left) return "stays";
  const auto& spending = left->report.spending;
  return std::string(left->rest == Budget::Rest::over ? "over" : "pause") + (spending.lost_call ? ", lost " : " ") +
         std::to_string(spending.epoch) + " " + std::to_string(spending.total.tokens);
}

TEST(LeftHold, OfARunThatEndedComesBackWhenItsProcessHadTimeToTell) {  // [DUR-35]
  constexpr Milliseconds soon(1), late(61'000);
  EXPECT_EQ(became(held(), ended(RunStatus::ok), soon), "stays") << "what both told would be counted twice";
  EXPECT_EQ(became(held(), ended(RunStatus::cancelled, 4), soon), "stays");
  EXPECT_EQ(became(held(), ended(RunStatus::ok), late), "over 3 15");
  EXPECT_EQ(became(held(0), ended(RunStatus::ok), late), "over 3 15");
  EXPECT_EQ(became(held(), ended(RunStatus::timeout), late), "over, lost 3 15");
  EXPECT_EQ(became(held(), ended(RunStatus::cancelled, 4), late), "over, lost 4 15") << "another process ended it";
  EXPECT_EQ(became(held(), std::nullopt, soon), "over, lost 3 7") << "it is in no journal";
}

// Its process dies, and the next ones look for what dead processes hold.
struct Left : BudgetedAs<> {
  Left() : BudgetedAs(looks(1)), look(&add_tool("look", tool::Effect::keyed)) {
    agent.budget = dollars(1'000);
    reconfigure([this](ExecutorConfig& config) {
      looking = std::make_unique<SharedBudget>(budgets, loop.clock(), store);
      counting = std::make_unique<CountedBudget>(*looking);
      config.models = &priced;
      config.ports.budget = counting.get();
    });
  }
  void die() {
    store->writes_left = 0;
    counting->dead = true;
  }
  void next_process() {
    model->on_call = {};
    look->before_effect = {};
    dead.push_back(std::move(counting));
    dead_looking.push_back(std::move(looking));
    new_process();
  }
  RunOutcome run_of(const char* caller, const char* id) {
    auto invocation = this->invocation(id);
    invocation.caller = caller;
    return loop.run(executor->run(agent, std::move(invocation)));
  }
  static Task<void> look_while_driven(Left& run, Amounts& held) {
    co_await run.looking->settle_left();
    for (const auto& each : co_await run.budgets.list(WallTime())) held = each.held;
  }
  run::EffectTool* look;
  std::unique_ptr<SharedBudget> looking;
  std::unique_ptr<CountedBudget> counting;
  std::vector<std::unique_ptr<SharedBudget>> dead_looking;
  std::vector<std::unique_ptr<CountedBudget>> dead;
};

TEST(LeftHold, OfADeadProcessKeepsNoOtherRunWaiting) {  // [DUR-35]
  Left run;
  run.set({"caller:ada", {{}, 4'000, {}}, Milliseconds(0), {}});
  run.look->before_effect = [&] { run.die(); };
  (void)run.run_of("ada", "run");
  ASSERT_EQ(run.standing("caller:ada").held.tokens, 4'000) << "all that was left";
  run.next_process();

  auto outcome = run.run_of("ada", "other");

  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(run.standing("caller:ada").held, Amounts{});
  ASSERT_TRUE(run.recover()->ok());
  EXPECT_EQ(run.standing("caller:ada").spent.tokens, 60);
  EXPECT_EQ(run.standing("caller:ada").estimated, Amounts{});
  EXPECT_EQ(run.holds(), 0U);
}

TEST(LeftHold, OfACallThatWasSentIsChargedOnce) {  // [DUR-35]
  Left run;
  run.model->on_call = [&] { run.die(); };
  (void)run.run();
  run.next_process();

  run.loop.run(run.looking->settle_left());
  auto charged = run.standing("run:run");
  EXPECT_EQ(charged.held, Amounts{});
  EXPECT_GT(charged.estimated.tokens, 4'000);
  run.loop.run(run.looking->settle_left());
  ASSERT_TRUE(run.recover()->ok());

  auto standing = run.standing("run:run");
  EXPECT_EQ(standing.estimated, charged.estimated);
  EXPECT_EQ(standing.spent.tokens, 30);
  EXPECT_EQ(run.holds(), 0U);
}

// Its process may still be about to tell what it used.
TEST(LeftHold, OfARunThatWasLetGoStays) {  // [DUR-35]
  Left run;
  run.agent.permissions.ask = {"look"};
  ASSERT_EQ(run.run().status, RunStatus::waiting);
  Report report{*RunId::parse("run"), {"run:run"}, {}};
  report.spending.epoch = 1;
  (void)run.loop.run(run.budgets.reserve(report, {Milliseconds(0), 100, {}}, run.loop.clock().wall()));
  auto held = run.standing("run:run").held;
  ASSERT_GE(held.tokens, 100);

  run.loop.run(run.looking->settle_left());

  EXPECT_EQ(run.standing("run:run").held, held);
}

// Others may have been given meanwhile what it held.
TEST(LeftHold, OfAProcessThatWasStoppedForLongIsAskedForAgain) {  // [DUR-35]
  for (auto [pause, asked] : {std::pair(Milliseconds(1), 1), std::pair(journal::kLease, 2)}) {
    Left run;
    run.look->change().timeout = 2 * journal::kLease;
    run.look->around = [pause](OneShot<>) { return sleep_for(pause); };
    ASSERT_TRUE(run.run().ok());
    EXPECT_EQ(run.counting->reserved, asked);
  }
}

TEST(LeftHold, OfARunThatIsDrivenStays) {  // [DUR-35]
  Left run;
  Amounts held;
  run.look->around = [&](OneShot<>) { return Left::look_while_driven(run, held); };
  ASSERT_TRUE(run.run().ok());
  EXPECT_GT(held.tokens, 0);
}

}  // namespace
}  // namespace executus::budget
