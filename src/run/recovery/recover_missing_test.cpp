// Runs of which this process lacks something: they are left alone, and it is said what.
#include <atomic>

#include <gtest/gtest.h>

#include "run/record/journal_commands.hpp"
#include "run/recovery/recovered_test.hpp"

namespace executus {
namespace {

TEST_F(Recovery, LeavesARunAloneWhoseToolsAreMissingAndSaysWhich) {  // [DUR-39]
  (void)submit("a", Invocation::Start::queued);
  tool::Registry nothing;
  auto other = make_process(nothing);
  RootGroup group(*loop_);
  auto results = executus::recover(group, *other.executor, *other.store, {});
  ASSERT_EQ(results.size(), 1u);
  ASSERT_EQ(results[0].missing.size(), 1u);
  EXPECT_NE(results[0].missing[0].find("look"), std::string::npos);
  EXPECT_EQ(row("a").attempts, 0) << "no attempt is counted";
  EXPECT_TRUE(recover().at(0).outcome.ok()) << "a process that has the tool takes it up";
}

// Asks about runs by their names, and makes sessions only of those that it opens.
TEST_F(Recovery, MakesNoSessionOfARunThatItLeavesAlone) {  // [DUR-39] [SES-04]
  struct TellingSessions final : Sessions {
    SessionFactory for_run(const RunInfo& info) override {
      asked.push_back(info.run.str());
      return [this](std::shared_ptr<Session>) { return ++made, SessionTools(); };
    }
    std::vector<std::string> asked;
    int made = 0;
  } sessions;
  (void)submit("a", Invocation::Start::queued);
  look_->lacks = {"set LOOK_TOKEN"};
  ExecutorConfig config;
  config.registry = &registry_;
  config.models = &models_;
  config.ports.journal = process_.store.get();
  config.ports.sessions = &sessions;
  Executor other(std::move(config));
  RootGroup group(*loop_);
  EXPECT_EQ(executus::recover(group, other, *process_.store, {}).at(0).missing.size(), 1u);
  EXPECT_EQ(sessions.made, 0);
  for (const auto& id : sessions.asked) EXPECT_EQ(id, "a");
}

TEST_F(Recovery, LeavesARunAloneWhoseToolTakesOtherArgumentsNow) {  // [DUR-39]
  (void)submit("fresh", Invocation::Start::queued);
  (void)submit("begun", Invocation::Start::queued);
  auto dies = make_process(registry_);
  ASSERT_TRUE(block_on(*loop_, dies.store->claim(*RunId::parse("begun"), row("begun").epoch)));
  journal_.declare_dead(dies.store->inner());
  look_->change().spec.parameters = {{"type", "object"}, {"required", boost::json::array{"path"}}};

  auto results = recover();

  ASSERT_EQ(results.size(), 2u);
  for (const auto& result : results)
    EXPECT_EQ(result.missing, std::vector<std::string>{"tool 'look' with the arguments the run was started with"});
  EXPECT_EQ(row("fresh").attempts, 0);
  EXPECT_EQ(row("fresh").status, RunStatus::queued);
  EXPECT_EQ(row("begun").attempts, 1);
  EXPECT_EQ(row("begun").fruitless, 1);
  look_->change().spec.parameters = {{"type", "object"}};
  for (const auto& result : recover()) EXPECT_TRUE(result.outcome.ok()) << result.outcome.reason;
}

TEST_F(Recovery, EndsACancelledRunThoughItsToolsAreMissing) {  // [DUR-38]
  (void)submit("a", Invocation::Start::queued);
  (void)block_on(*loop_, process_.store->post(*RunId::parse("a"), run::commands::cancel()));
  tool::Registry nothing;
  auto other = make_process(nothing);
  RootGroup group(*loop_);
  auto results = executus::recover(group, *other.executor, *other.store, {});
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].outcome.status, RunStatus::cancelled);
  EXPECT_TRUE(results[0].missing.empty());
}

TEST_F(Recovery, LeavesARunAloneWhoseSecretIsMissingAndSaysWhich) {  // [DUR-39]
  (void)submit("a", Invocation::Start::queued);
  look_->lacks = {"variable LOOK_TOKEN is not set"};

  auto results = recover();

  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].missing, std::vector<std::string>{"tool 'look': variable LOOK_TOKEN is not set"});
  EXPECT_EQ(row("a").attempts, 0);
  EXPECT_EQ(row("a").status, RunStatus::queued);
  look_->lacks.clear();
  EXPECT_TRUE(recover().at(0).outcome.ok());
}

TEST_F(Recovery, ARunWhoseSecretIsMissingIsNotStarted) {  // [DUR-39]
  look_->lacks = {"variable LOOK_TOKEN is not set"};

  auto refused = submit("a");

  EXPECT_EQ(refused.error_code, "tool.missing");
  EXPECT_NE(refused.error.find("tool 'look': variable LOOK_TOKEN"), std::string::npos) << refused.error;
  EXPECT_FALSE(block_on(*loop_, process_.store->find(*RunId::parse("a")))) << "nothing was admitted";
}

// Claimed without a look at what is missing, as by a parent.
TEST_F(Recovery, AnAttemptThatLacksASecretDoesNotCount) {  // [DUR-39]
  (void)submit("a", Invocation::Start::queued);
  look_->lacks = {"variable LOOK_TOKEN is not set"};

  auto claimed = block_on(*loop_, process_.store->claim(*RunId::parse("a"), row("a").epoch));
  auto outcome = block_on(*loop_, process_.executor->resume(std::move(*claimed)));

  EXPECT_EQ(outcome.status, RunStatus::running);
  EXPECT_EQ(row("a").fruitless, 0);
  EXPECT_TRUE(row("a").worker.empty());
}

TEST_F(Recovery, AHostMayAskWhatARunLacks) {  // [DUR-39]
  (void)submit("a", Invocation::Start::queued);
  auto missing = [this](std::string id) {
    return block_on(*loop_, missing_here(*process_.executor, *process_.store, *RunId::parse(id)));
  };
  EXPECT_TRUE(missing("a").empty());
  EXPECT_TRUE(missing("no-such-run").empty());
  look_->lacks = {"variable LOOK_TOKEN is not set"};
  EXPECT_EQ(missing("a"), std::vector<std::string>{"tool 'look': variable LOOK_TOKEN is not set"});
  process_.store->read_failures = 1;
  EXPECT_THROW((void)missing("a"), Error);
}

// As a tool whose secret goes between the look at a run and its opening.
struct FadingTool final : tool::Tool {
  explicit FadingTool(const tool::ToolInfo& like) : known(like) {}
  const tool::ToolInfo& info() const override { return known; }
  Task<tool::Outcome> call(tool::Call) override { co_return tool::Outcome{}; }
  std::vector<std::string> missing() const override {
    return asked++ == 0 ? std::vector<std::string>{} : std::vector<std::string>{"variable LOOK_TOKEN is not set"};
  }
  tool::ToolInfo known;
  mutable std::atomic<int> asked = 0;
};

TEST_F(Recovery, SaysWhatIsMissingWhereThatShowsOnlyAtTheOpening) {  // [DUR-39]
  (void)submit("a", Invocation::Start::queued);
  tool::Registry fading;
  fading.add(std::make_shared<FadingTool>(look_->info()));
  auto other = make_process(fading);
  RootGroup group(*loop_);

  auto results = executus::recover(group, *other.executor, *other.store, {});

  ASSERT_EQ(results.size(), 1u);
  ASSERT_EQ(results[0].missing.size(), 1u);
  EXPECT_NE(results[0].missing[0].find("LOOK_TOKEN"), std::string::npos);
  EXPECT_EQ(row("a").fruitless, 0);
}

}  // namespace
}  // namespace executus
