#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/call_then_answer_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Executor, RunsAnAgentToItsAnswer) {  // [CK-14]
  Harness h(call_then_answer("look"));
  h.add_tool("look", tool::Effect::pure);
  auto outcome = h.run();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, "done");
  EXPECT_EQ(outcome.iterations, 2);
  EXPECT_EQ(outcome.usage.input, 20);
  ASSERT_EQ(outcome.tool_calls.size(), 1u);
  EXPECT_EQ(outcome.tool_calls[0].state, llm::CallState::done);
  EXPECT_EQ(h.loop.run(h.store->find(outcome.run_id))->status, RunStatus::ok);
}

TEST(Executor, NeedsNoJournal) {
  Harness h(call_then_answer("look"));
  h.add_tool("look", tool::Effect::irreversible);
  h.agent.durability = Durability::memory;
  EXPECT_TRUE(h.run().ok());
  EXPECT_TRUE(h.entries().empty());
}

TEST(CallKey, IsToldOfCallsThatMayHaveAnEffect) {  // [DUR-04]
  for (auto effect : {tool::Effect::pure, tool::Effect::idempotent, tool::Effect::irreversible}) {
    Harness run([](std::size_t turn) { return turn == 0 ? calls({{"a", "act", "{}"}}) : says("done"); });
    run.add_tool("act", effect);
    EXPECT_EQ(run.run().tool_calls.at(0).idempotency_key.empty(), effect == tool::Effect::pure) << to_string(effect);
  }
}

TEST(Commits, APlainStepCostsOne) {  // [DUR-03]
  auto commits_of = [](std::size_t steps) {
    Harness h([steps](std::size_t turn) {
      return turn < steps ? calls({{"c", "look", "{\"i\":" + std::to_string(turn) + "}"}}) : says("done");
    });
    h.add_tool("look", tool::Effect::pure);
    EXPECT_TRUE(h.run().ok());
    return h.journal.commits();
  };
  EXPECT_EQ(commits_of(9) - commits_of(4), 5u);
  EXPECT_EQ(commits_of(0), 3u) << "admission, answer, end";
}

TEST(Commits, AStepWithAGatedCallCostsTwo) {  // [DUR-03]
  for (auto effect : {tool::Effect::keyed, tool::Effect::probeable, tool::Effect::irreversible}) {
    Harness h(call_then_answer("act"));
    h.add_tool("act", effect);
    EXPECT_TRUE(h.run().ok());
    EXPECT_EQ(h.journal.commits(), 3u + 2u);
    EXPECT_THAT(h.kinds(), ElementsAre("admitted", "opened", "responded", "intended", "settled", "responded", "ended"));
  }
}

TEST(Commits, IntentFollowsTheOutcomeBeforeInOneCommit) {  // [DUR-08]
  Harness h([](std::size_t turn) {
    return turn == 0 ? calls({{"a", "act", "{}"}, {"b", "act", "{\"x\":1}"}, {"c", "act", "{\"x\":2}"}}) : says("done");
  });
  h.add_tool("act", tool::Effect::irreversible);
  EXPECT_TRUE(h.run().ok());
  EXPECT_EQ(h.journal.commits(), 3u + 1u + 3u) << "response with the first intent, then one per outcome";
  EXPECT_THAT(h.kinds(), ElementsAre("admitted", "opened", "responded", "intended", "settled", "intended", "settled",
                                     "intended", "settled", "responded", "ended"));
}

TEST(Keys, AreTheSameAcrossRecoveriesAndDifferByCall) {  // [DUR-04]
  Harness h(
      [](std::size_t turn) { return turn == 0 ? calls({{"a", "act", "{}"}, {"b", "act", "{}"}}) : says("done"); });
  auto& act = h.add_tool("act", tool::Effect::keyed);
  act.before_effect = [&] {
    if (h.world.dispatches.size() == 1 && !h.store->writes_left)
      h.store->writes_left = 0;  // dies with the outcome of b
  };
  (void)h.run();
  ASSERT_EQ(h.world.dispatches.size(), 2u) << "two calls with the same arguments have keys of their own";
  act.before_effect = nullptr;
  h.new_process();
  auto outcome = h.recover();
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ(h.world.dispatches.size(), 2u) << "the repeated call kept its key";
  for (const auto& call : outcome->tool_calls) EXPECT_TRUE(h.world.effects.contains(call.idempotency_key));
}

TEST(Keys, OfIdempotentCallsAreInTheOutcome) {  // [DUR-04]
  using tool::Effect;
  for (auto effect : {Effect::idempotent, Effect::keyed, Effect::probeable, Effect::irreversible}) {
    Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "act", "{}"}}) : says("done"); });
    run.add_tool("act", effect);
    auto outcome = run.run();
    ASSERT_EQ(run.world.effects.size(), 1u);
    EXPECT_EQ(outcome.tool_calls.at(0).idempotency_key, run.world.effects.begin()->first) << to_string(effect);
  }
}

TEST(Executor, TheAnswerThatTheLastTextRefersToIsTheRunsOutput) {  // [AGT-10]
  const std::string answer(300, 'a');
  Harness run([&](std::size_t turn) {
    if (turn > 0) return says("As I said above.");
    auto response = calls({{"c", "look", "{}"}});
    response.message.parts = {llm::Text{answer}};
    return response;
  });
  run.add_tool("look", tool::Effect::pure);
  EXPECT_EQ(run.run().output, answer);
  EXPECT_EQ(run.run().output, answer) << "and that of the journal's answer to who asks again";
}

TEST(Submission, TheSameIdTwiceIsOneRun) {  // [DUR-28]
  Harness h(call_then_answer("act"));
  h.add_tool("act", tool::Effect::irreversible);
  auto first = h.run();
  auto second = h.run();
  EXPECT_EQ(second.output, first.output);
  EXPECT_EQ(h.total_effects(), 1);
  h.agent.system_prompt = "Be bad.";
  auto conflict = h.run();
  EXPECT_EQ(conflict.error_code, "submission.conflict");
}

TEST(Refusal, OfAnUnknownToolLeavesNoRun) {
  Harness h(call_then_answer("act"));
  h.agent.tools = {"no_such_tool"};
  auto outcome = h.run();
  EXPECT_EQ(outcome.error_code, "tool.unknown");
  EXPECT_FALSE(h.loop.run(h.store->find(*RunId::parse("run"))));
}

TEST(Tools, UnknownNamesAndBadArgumentsBecomeErrorResults) {  // [AGT-04]
  Harness h([](std::size_t turn) {
    return turn == 0 ? calls({{"a", "nope", "{}"}, {"b", "look", "{not json"}, {"c", "look", "{}"}}) : says("done");
  });
  auto& look = h.add_tool("look", tool::Effect::pure);
  look.act = []() -> tool::Outcome { throw std::runtime_error("the disk is on fire"); };
  EXPECT_TRUE(h.run().ok());
  const auto& results = h.model->requests.back().messages.back().tool_results;
  ASSERT_EQ(results.size(), 3u);
  EXPECT_THAT(results[0].text, HasSubstr("no tool named 'nope'"));
  EXPECT_THAT(results[1].text, HasSubstr("not JSON"));
  EXPECT_THAT(results[2].text, HasSubstr("on fire"));
}

TEST(Tools, CallIdsAreMadeUnique) {
  Harness h([](std::size_t turn) {
    return turn == 0 ? calls({{"same", "look", "{}"}, {"same", "look", "{}"}, {"", "look", "{}"}}) : says("done");
  });
  h.add_tool("look", tool::Effect::pure);
  auto outcome = h.run();
  EXPECT_EQ(outcome.tool_calls[0].call_id, "same");
  EXPECT_EQ(outcome.tool_calls[1].call_id, "call_0_1");
  EXPECT_EQ(outcome.tool_calls[2].call_id, "call_0_2");
}

// Programs are started elsewhere, where it would lead to another place.
TEST(Executor, ARelativeRootIsThatOfTheProcessThatSubmits) {
  Harness h(call_then_answer("act"));
  h.add_tool("act", tool::Effect::pure);
  h.agent.root = "here";

  EXPECT_TRUE(h.run().ok());

  auto stored = std::get<journal::Admitted>(h.entries().at(0).payload).agent;
  EXPECT_EQ(stored.at("root").as_string(), (std::filesystem::current_path() / "here").string());
}

}  // namespace
}  // namespace executus::run
