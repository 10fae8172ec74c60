// Taking up a run in a process that lacks something of it, or has it otherwise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

auto one_call(std::string tool) {
  return [tool](std::size_t turn) { return turn == 0 ? calls({{"c", tool, "{}"}}) : says("done"); };
}

journal::RunRow row_of(Harness& run) { return *run.loop.run(run.store->inner().find(*RunId::parse("run"))); }

// The process dies with the call's intent in the journal.
void die_in_the_call(Harness& run, Invocation invocation) {
  run.store->writes_left = 1;
  (void)run.loop.run(run.executor->run(run.agent, std::move(invocation)));
}

TEST(TakingUp, WithoutTheRunsToolIsNoAttempt) {  // [DUR-39]
  Harness run(one_call("look"));
  run.add_tool("look", tool::Effect::idempotent);
  die_in_the_call(run, run.invocation("run"));
  run.forget_tools();
  run.agent.tools.clear();
  auto before = row_of(run).fruitless;
  for (int i = 0; i < 3; ++i) {
    run.new_process();
    auto outcome = run.recover();
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->status, RunStatus::running);
    EXPECT_THAT(outcome->reason, ::testing::HasSubstr("look"));
  }
  EXPECT_EQ(row_of(run).fruitless, before);
}

TEST(TakingUp, ByTheSameSubmissionHasItsOwnTools) {  // [DUR-05] [DUR-28] [SES-03]
  for (bool brings_the_tool : {true, false}) {
    Harness run(one_call("pay"));
    auto pay = std::make_shared<EffectTool>("pay", tool::Effect::irreversible, run.world);
    auto submission = run.invocation("run");
    submission.extra_tools = {pay};
    die_in_the_call(run, submission);
    run.new_process();
    std::shared_ptr<tool::Tool> other = std::make_shared<EffectTool>("pay", tool::Effect::irreversible, run.world);
    if (brings_the_tool) submission.extra_tools = {other};
    auto outcome = run.loop.run(run.executor->run(run.agent, submission));
    EXPECT_EQ(outcome.status, RunStatus::waiting) << "in doubt, not an error for the model";
    EXPECT_EQ(run.total_effects(), 1);
  }
}

TEST(TakingUp, EndsARunThatWasCancelledThoughItCannotBeOpened) {  // [DUR-38] [DUR-05]
  for (std::string name : {"pay", "agent__pay"}) {                // the latter is called like a delegate, and is none
    SCOPED_TRACE(name);
    Harness run(one_call(name));
    run.add_tool(name, tool::Effect::irreversible);
    die_in_the_call(run, run.invocation("run"));
    run.forget_tools();
    run.new_process();
    run.post(commands::cancel("wrong customer"));

    auto outcome = run.recover();

    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->status, RunStatus::cancelled);
    EXPECT_EQ(outcome->reason, "wrong customer");
    EXPECT_EQ(outcome->tool_calls.at(0).state, llm::CallState::in_doubt);
    EXPECT_TRUE(run.loop.run(run.store->inner().inbox(*RunId::parse("run"))).empty());
    EXPECT_EQ(row_of(run).status, RunStatus::cancelled);
  }
}

TEST(TakingUp, EndsARunThatIsCancelledOnceMoreMeanwhile) {  // [DUR-38]
  Harness run(one_call("pay"));
  run.add_tool("pay", tool::Effect::keyed);
  die_in_the_call(run, run.invocation("run"));
  run.forget_tools();
  run.new_process();
  run.post(commands::cancel());
  bool once_more = true;
  run.store->on_append = [&](const journal::Append&) {
    if (std::exchange(once_more, false)) run.post(commands::cancel());
  };

  auto outcome = run.recover();

  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, RunStatus::cancelled);
  EXPECT_TRUE(run.loop.run(run.store->inner().inbox(*RunId::parse("run"))).empty());
}

TEST(TakingUp, CountsTheAttemptsOfBeforeTheJournal) {  // [DUR-11]
  for (auto start : {Invocation::Start::now, Invocation::Start::queued}) {
    Harness run([](std::size_t) { return says("done"); });
    auto invocation = run.invocation("run");
    invocation.start = start;
    invocation.resume.emplace();
    invocation.resume->history = {llm::user_message("q")};
    invocation.resume->past.attempts = 3;

    auto outcome = run.loop.run(run.executor->run(run.agent, invocation));

    bool queued = start == Invocation::Start::queued;
    EXPECT_EQ(outcome.status, queued ? RunStatus::queued : RunStatus::ok);
    EXPECT_EQ(outcome.attempts, queued ? 3 : 4);
    EXPECT_EQ(row_of(run).attempts, outcome.attempts);
    EXPECT_EQ(outcome_of(*RunId::parse("run"), journal::fold(run.entries("run")), {}).status, outcome.status);
  }
}

TEST(TakingUp, ShowsTheModelTheToolsItBeganWith) {  // [DUR-34]
  Harness run(one_call("look"));
  auto& look = run.add_tool("look", tool::Effect::pure);
  auto before = look.info().spec.description;
  die_in_the_call(run, run.invocation("run"));
  look.change().spec.description = "Said otherwise.";
  run.new_process();

  auto outcome = run.recover();

  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ((*run.model->requests.back().tools.begin()).description, before);
  EXPECT_EQ(run.total_effects(), 1) << "it is called all the same";
}

}  // namespace
}  // namespace executus::run
