// A lazy run is stored before anything outside of its process hears of it: gate, files, budget, other runs.
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/lazy_test.hpp"
#include "run/family_test.hpp"

namespace executus::run {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;

// Notes what is stored when it is asked.
struct NotingGate final : Gate {
  explicit NotingGate(LazyRun& asking) : run(asking) {}
  Task<std::vector<journal::GateDecision>> decide(RunInfo, std::vector<GateCall> calls) override {
    stored.push_back(co_await run.stored_now());
    co_return std::vector<journal::GateDecision>(calls.size());
  }
  LazyRun& run;
  std::vector<Kinds> stored;
};

TEST(LazyRun, IsStoredBeforeTheHostsGateHearsOfIt) {  // [HOST-01]
  LazyRun run;
  NotingGate gate(run);
  run.reconfigure([&](ExecutorConfig& config) { config.ports.gate = &gate; });

  ASSERT_TRUE(run.drive().ok());

  EXPECT_THAT(gate.stored.at(0), ElementsAre("admitted", "opened", "responded"));
}

struct NotingFiles final : InputFiles {
  explicit NotingFiles(LazyRun& asking) : run(asking) {}
  Task<std::string> stage(RunId, std::size_t, InputFile) override { co_return ""; }
  Task<std::optional<std::string>> keep_output(RunId, InputFile) override {
    stored.push_back(co_await run.stored_now());
    co_return std::optional<std::string>("run:output");
  }
  LazyRun& run;
  std::vector<Kinds> stored;
};

TEST(LazyRun, IsStoredBeforeAFileOfItIsWritten) {  // [HOST-01]
  LazyRun run;
  NotingFiles files(run);
  run.look->act = [] { return tool::Done{std::string(200'000, 'x')}; };
  run.reconfigure([&](ExecutorConfig& config) { config.ports.input_files = &files; });

  ASSERT_TRUE(run.drive().ok());

  EXPECT_THAT(files.stored.at(0), ElementsAre("admitted", "opened", "responded"));
}

TEST(LazyRun, IsStoredBeforeARunBelowIt) {  // [HOST-01]
  LazyRun run;
  run.agent.agents = {"researcher"};
  run.last = "agent__researcher";

  auto outcome = run.drive();

  ASSERT_TRUE(outcome.ok()) << outcome.error;
  auto child = run.loop.run(run.others->below(outcome.run_id, 10)).at(0);
  EXPECT_EQ(child.root, outcome.run_id.str());
  EXPECT_EQ(child.durability, Durability::strict);
  EXPECT_EQ(child.status, RunStatus::ok);
}

// Commits before the model is asked for the first time.
std::uint64_t commits_at_first(LazyRun& run, Invocation invocation) {
  std::optional<std::uint64_t> commits;
  run.model->on_call = [&] { commits = commits.value_or(run.journal.commits()); };
  EXPECT_TRUE(run.drive(std::move(invocation)).ok());
  return commits.value_or(0);
}

TEST(LazyRun, IsStoredFirstWhereSomethingElseKnowsOfIt) {  // [HOST-01]
  LazyRun nothing_knows;
  EXPECT_EQ(commits_at_first(nothing_knows, nothing_knows.invocation()), 0u);
  LazyRun with_an_id;
  EXPECT_EQ(commits_at_first(with_an_id, static_cast<Harness&>(with_an_id).invocation("run")), 1u);
  LazyRun with_a_session;
  auto in_session = with_a_session.invocation();
  in_session.session = [](std::shared_ptr<Session>) { return SessionTools(); };
  EXPECT_EQ(commits_at_first(with_a_session, std::move(in_session)), 1u);
  LazyRun told;
  auto wants_to_know = told.invocation();
  bool admitted = false;
  wants_to_know.on_admitted = [&](bool created) { admitted = created; };
  EXPECT_EQ(commits_at_first(told, std::move(wants_to_know)), 1u);
  EXPECT_TRUE(admitted);
}

TEST(LazyRun, TakesItsPlaceWhereThereAreLimits) {  // [HOST-01] [DUR-18]
  LazyRun run;
  run.loop.run(run.others->set_limit({journal::LimitOf::caller, "somebody else", 1}));

  EXPECT_EQ(commits_at_first(run, run.invocation()), 2u) << "the limit, and the run";
}

// A budget that limits what runs spend, and notes what is stored when it is asked.
struct NotingBudget final : Budget {
  explicit NotingBudget(LazyRun& asking) : run(asking) {}
  Task<std::optional<std::string>> check(RunInfo) override { co_return std::nullopt; }
  Task<void> commit(RunInfo, Milliseconds) override { co_return; }
  Task<BudgetTerms> begin(RunInfo, std::optional<AgentBudget>) override { co_return BudgetTerms{limits, false}; }
  Task<BudgetAnswer> reserve(RunInfo, RunSpending, Amounts calls) override {
    stored.push_back(co_await run.stored_now());
    co_return BudgetAnswer{BudgetAnswer::Verdict::granted, calls};
  }
  LazyRun& run;
  bool limits = true;
  std::vector<Kinds> stored;
};

TEST(LazyRun, IsStoredBeforeABudgetHoldsAnythingForIt) {  // [HOST-01]
  LazyRun run;
  NotingBudget budget(run);
  run.reconfigure([&](ExecutorConfig& config) { config.ports.budget = &budget; });

  ASSERT_TRUE(run.drive().ok());
  EXPECT_THAT(budget.stored.at(0), ElementsAre("admitted", "opened"));

  budget.limits = false;
  auto before = run.journal.commits();
  ASSERT_TRUE(run.drive().ok());
  EXPECT_EQ(run.journal.commits() - before, 1u);
}

}  // namespace
}  // namespace executus::run
