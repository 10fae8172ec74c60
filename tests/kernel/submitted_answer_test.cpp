// Answers that a run submits with a tool.
#include <gtest/gtest.h>

#include "kernel/ported_test.hpp"

namespace executus::run {
namespace {

TEST(Executor, SubmittedAnswersAreTheOutput) {  // [RUN-39] [RUN-40]
  Harness run([](std::size_t turn) {
    std::string answer = R"({"answer":"number )" + std::to_string(turn) + R"("})";
    return turn < 2 ? calls({{"c", "submit", answer}}) : says("");
  });
  run.agent.submit_tool = Agent::SubmitTool::added;
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.output, "number 0") << "the first one counts";
}

// The agent's own tool of that name is the one: it is not replaced, and not offered twice.
TEST(Executor, AddsNoSubmitToolWhereTheAgentHasOne) {  // [RUN-39]
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "submit", "{}"}}) : says("done"); });
  auto& own = run.add_tool("submit", tool::Effect::pure);
  own.act = [] {
    tool::Done done{"taken", {}};
    done.submitted = "its own answer";
    return done;
  };
  run.agent.submit_tool = Agent::SubmitTool::added;
  EXPECT_EQ(run.run().output, "its own answer");
  ASSERT_EQ(run.model->requests.size(), 2u);
  EXPECT_EQ(run.model->requests[0].tools.size(), 1u);
  EXPECT_EQ((*run.model->requests[0].tools.begin()).description, own.info().spec.description);
  EXPECT_EQ(run.total_effects(), 1);
}

TEST(Executor, ASubmittedAnswerBeatsStepsThatRanOut) {  // [RUN-40]
  Harness run([](std::size_t turn) {
    if (turn == 0) return calls({{"c", "submit", R"({"answer":"it is 42"})"}});
    return calls({{"c", "look", R"({"n":)" + std::to_string(turn) + "}"}});
  });
  run.add_tool("look", tool::Effect::pure);
  run.agent.submit_tool = Agent::SubmitTool::added;
  run.agent.max_iterations = 3;
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, "it is 42");
  EXPECT_EQ(outcome.error, "");
}

}  // namespace
}  // namespace executus::run
