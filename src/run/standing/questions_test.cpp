#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/run/question.hpp>

#include "run/family_test.hpp"
#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const RunId kRun = *RunId::parse("run");

struct Questioned : Harness {
  explicit Questioned(std::vector<llm::ToolCall> asked = {{"c", "act", R"({"cents":5})"}})
      : Harness([asked](std::size_t turn) { return turn == 0 ? calls(asked) : says("done"); }) {
    add_tool("act", tool::Effect::irreversible);
    agent.permissions.ask = {"act"};
    EXPECT_EQ(run().reason, "approval");
    new_process();
  }
  std::vector<Question> questions() {
    auto row = loop.run(store->find(kRun));
    return loop.run(open_questions(*store, *row));
  }
  Answered give(const Question& question, Approval approval, AnswerNote note) {
    return loop.run(answer(*store, question, approval, std::move(note)));
  }
};

TEST(Questions, NameTheCallAndItsExactArguments) {  // [API-03]
  Questioned run;

  auto questions = run.questions();

  ASSERT_THAT(questions, SizeIs(1));
  EXPECT_EQ(questions[0].kind, Question::Kind::may_it_happen);
  EXPECT_EQ(questions[0].run, kRun);
  EXPECT_EQ(questions[0].agent, "test");
  EXPECT_EQ(questions[0].call_id, "c");
  EXPECT_EQ(questions[0].tool, "act");
  EXPECT_EQ(questions[0].arguments, R"({"cents":5})");
}

// Three calls of one tool, answered from the last to the first, with a new process between the answers: the batch goes
// on once, when all are answered.
TEST(Questions, AreAnsweredOneByOneAndTheBatchGoesOnOnce) {  // [API-03] [DUR-32]
  Questioned run({{"a", "act", R"({"n":1})"}, {"b", "act", R"({"n":2})"}, {"c", "act", R"({"n":3})"}});
  auto questions = run.questions();
  ASSERT_THAT(questions, SizeIs(3));

  EXPECT_EQ(run.give(questions[2], Approval::approved, {"ada"}), Answered::accepted);
  EXPECT_EQ(run.recover()->reason, "approval");
  run.new_process();
  EXPECT_EQ(run.give(questions[1], Approval::rejected, {"bob", "too much"}), Answered::accepted);
  run.new_process();
  EXPECT_EQ(run.total_effects(), 0);
  EXPECT_EQ(run.give(questions[0], Approval::approved, {"ada"}), Answered::accepted);

  EXPECT_TRUE(run.recover()->ok());
  EXPECT_EQ(run.total_effects(), 2);
  EXPECT_THAT(run.model->asked, ElementsAre(std::pair(0u, 1), std::pair(1u, 1)));
}

TEST(Questions, AreAnsweredOnceAndTheSecondPersonHearsWho) {  // [API-03] [DUR-32]
  Questioned run;
  auto question = run.questions().at(0);
  ASSERT_EQ(run.give(question, Approval::rejected, {"ada", "no"}), Answered::accepted);

  auto waiting = run.give(question, Approval::approved, {"bob"});
  ASSERT_TRUE(run.recover()->ok());
  auto taken_in = run.give(question, Approval::approved, {"bob"});

  for (const auto& answered : {waiting, taken_in}) {
    EXPECT_EQ(answered, Answered::answered_before);
    EXPECT_EQ(answered.by, "ada");
    EXPECT_EQ(answered.answer, "rejected");
  }
  EXPECT_EQ(run.total_effects(), 0);
}

TEST(Questions, AnAnswerHoldsForThatCallAlone) {  // [API-03] [DUR-36]
  Questioned run;
  auto question = run.questions().at(0);
  question.arguments = R"({"cents":5000})";
  question.digest = "of other arguments";

  EXPECT_EQ(run.give(question, Approval::approved, {"ada"}), Answered::changed);
  EXPECT_THAT(run.questions(), SizeIs(1)) << "still open";
}

TEST(Questions, OfARunThatIsGoneOrBeingCancelledAreNotAnswered) {  // [API-03]
  Questioned run;
  auto question = run.questions().at(0);
  run.post(commands::cancel());

  EXPECT_THAT(run.questions(), IsEmpty());
  EXPECT_EQ(run.give(question, Approval::approved, {"ada"}), Answered::too_late);
  question.run = *RunId::parse("nobody");
  EXPECT_EQ(run.give(question, Approval::approved, {"ada"}), Answered::no_such_run);
}

TEST(Questions, AnAnswerOfTheOtherKindIsRefused) {  // [API-03]
  Questioned run;
  auto question = run.questions().at(0);

  EXPECT_THROW((void)run.loop.run(answer(*run.store, question, Resolution::retry, "", AnswerNote{})), Error);
  EXPECT_THAT(run.questions(), SizeIs(1));
}

TEST(Questions, AskWhetherACallInDoubtHappened) {  // [API-03] [DUR-06]
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "act", "{}"}}) : says("done"); });
  auto& act = run.add_tool("act", tool::Effect::irreversible);
  act.before_effect = [&] { run.store->dead = true; };
  (void)run.run();
  run.new_process();
  EXPECT_EQ(run.recover()->reason, "in_doubt");
  auto row = run.loop.run(run.store->find(kRun));
  auto questions = run.loop.run(open_questions(*run.store, *row));
  ASSERT_THAT(questions, SizeIs(1));
  EXPECT_EQ(questions[0].kind, Question::Kind::did_it_happen);

  auto answered = run.loop.run(answer(*run.store, questions[0], Resolution::completed, "it did", AnswerNote{"ada"}));

  EXPECT_EQ(answered, Answered::accepted);
  EXPECT_TRUE(run.recover()->ok());
}

}  // namespace
}  // namespace executus::run
