// A model asks a person (tool::kAskUser): the run waits, and the answer is the call's outcome.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/run/question.hpp>
#include <executus/tool/ask_user.hpp>

#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::HasSubstr;
using Verdict = CallAnswered::Verdict;

struct AskingRun : Harness {
  AskingRun() : Harness([](std::size_t turn) { return turn == 0 ? both() : says("done"); }) {
    pay = &add_tool("pay", tool::Effect::keyed);
    add(tool::make_ask_user());
  }
  static llm::Response both() {
    return calls({{"q", "ask_user", R"({"question":"Which colour?"})"}, {"p", "pay", "{}"}});
  }
  CallAnswered answer(Approval approval, AnswerNote note, std::string call = "") {
    return loop.run(answer_approval(*store, *RunId::parse("run"), std::move(call), approval, std::move(note)));
  }
  std::string refusal(Approval approval, AnswerNote note, std::string call = "") {
    try {
      (void)answer(approval, std::move(note), std::move(call));
    } catch (const Error& error) {
      return error.code();
    }
    return "";
  }
  const llm::ToolResult& result() { return model->requests.back().messages.back().tool_results[0]; }
  EffectTool* pay;
};

TEST(AskUser, WaitsForAPersonAndTheAnswerIsTheOutcome) {  // [DUR-36]
  AskingRun run;
  EXPECT_EQ(run.run().reason, "approval");
  EXPECT_TRUE(run.world.effects.empty()) << "nothing of the step happens before";
  EXPECT_EQ(run.answer(Approval::approved, {.by = "ada", .answer = "blue"}).verdict, Verdict::given);
  run.new_process();
  auto outcome = *run.recover();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(run.result().text, "blue");
  EXPECT_FALSE(run.result().is_error);
  EXPECT_EQ(outcome.tool_calls[0].state, llm::CallState::done);
  EXPECT_EQ(run.total_effects(), 1);
}

TEST(AskUser, MayBeAnsweredWithNothing) {  // [DUR-36]
  AskingRun run;
  (void)run.run();
  EXPECT_EQ(run.answer(Approval::approved, {.answer = ""}).verdict, Verdict::given);
  ASSERT_TRUE(run.recover()->ok());
  EXPECT_EQ(run.result().text, "");
  EXPECT_FALSE(run.result().is_error);
}

TEST(AskUser, TakesAnAnswerAndNotJustAYes) {  // [DUR-36]
  AskingRun run;
  run.agent.permissions.ask = {"pay"};
  (void)run.run();
  EXPECT_EQ(run.refusal(Approval::approved, {}, "q"), "run.wrong_answer");
  EXPECT_EQ(run.refusal(Approval::rejected, {.answer = "blue"}, "q"), "run.wrong_answer");
  EXPECT_EQ(run.refusal(Approval::approved, {.answer = "blue"}, "p"), "run.wrong_answer") << "it asks no question";
  EXPECT_EQ(run.answer(Approval::approved, {.answer = "blue"}, "q").verdict, Verdict::given);
  EXPECT_EQ(earlier_answer(run.answer(Approval::approved, {.answer = "red"}, "q")), "answered");
  EXPECT_EQ(run.answer(Approval::approved, {}, "p").verdict, Verdict::given);
  ASSERT_TRUE(run.recover()->ok());
  EXPECT_EQ(run.result().text, "blue") << "the first answer counts";
}

TEST(AskUser, TellsTheModelOfAPersonWhoDoesNotAnswer) {  // [DUR-36]
  AskingRun run;
  (void)run.run();
  EXPECT_EQ(run.answer(Approval::rejected, {.reason = "no time"}).verdict, Verdict::given);
  ASSERT_TRUE(run.recover()->ok());
  EXPECT_THAT(run.result().text, HasSubstr("no time"));
  EXPECT_TRUE(run.result().is_error);
}

TEST(AskUser, IsNotAskedWhereItIsDenied) {  // [DUR-36]
  AskingRun run;
  run.agent.permissions.deny = {"ask_*"};
  ASSERT_TRUE(run.run().ok());
  EXPECT_TRUE(run.result().is_error);
}

TEST(AskUser, IsAQuestionThatWantsText) {  // [DUR-36]
  AskingRun run;
  run.agent.permissions.ask = {"pay"};
  (void)run.run();
  auto row = *run.loop.run(run.store->inner().find(*RunId::parse("run")));
  auto questions = run.loop.run(open_questions(*run.store, row));
  ASSERT_EQ(questions.size(), 2u);
  EXPECT_TRUE(wants_text(questions[0]));
  EXPECT_FALSE(wants_text(questions[1]));
  EXPECT_TRUE(run.loop.run(answer(*run.store, questions[0], Approval::approved, {.answer = "blue"})) ==
              Answered::accepted);
}

TEST(AskUser, AtAnyDeathIsAnsweredOnce) {  // [DUR-36] [DUR-24]
  for (int writes = 0; writes < 8; ++writes) {
    AskingRun run;
    (void)run.run();
    (void)run.answer(Approval::approved, {.answer = "blue"});
    run.new_process();
    run.store->writes_left = writes;
    (void)run.recover();
    run.new_process();
    if (auto outcome = run.recover()) ASSERT_TRUE(outcome->ok()) << writes;
    EXPECT_EQ(run.result().text, "blue") << writes;
    EXPECT_EQ(run.total_effects(), 1) << writes;
  }
}

}  // namespace
}  // namespace executus::run
