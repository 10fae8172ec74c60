// What people answer while a run waits: which answer counts, for what, and what becomes of the others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class HeardWarnings final : public Logger {
 public:
  void log(LogLevel level, std::string_view message) noexcept override {
    if (level == LogLevel::warn) lines.emplace_back(message);
  }
  std::vector<std::string> lines;
};

// A run that waits for a person's word about its one call.
struct AskedRun : Harness {
  AskedRun() : Harness([](std::size_t turn) { return turn == 0 ? calls({{"c", "act", "{}"}}) : says("done"); }) {
    add_tool("act", tool::Effect::irreversible);
    agent.permissions.ask = {"act"};
    reconfigure([this](ExecutorConfig& config) { config.logger = &warnings; });
    EXPECT_EQ(run().reason, "approval");
  }
  llm::CallRecord call() {
    auto stored = entries();
    return journal::fold(stored).conversation.open_batch()[0];
  }
  journal::AnswerVerdict answer(commands::Approval how) {
    auto as_of = entries().back().seq;
    return loop.run(store->inner().answer(*RunId::parse("run"), as_of, commands::approve(call(), how, ""))).verdict;
  }
  HeardWarnings warnings;
};

TEST(Answers, TheFirstOneCountsAndSurvivesRestarts) {  // [DUR-32]
  AskedRun run;
  EXPECT_EQ(run.answer(commands::Approval::rejected), journal::AnswerVerdict::accepted);
  run.new_process();
  EXPECT_EQ(run.answer(commands::Approval::approved), journal::AnswerVerdict::answered_before);
  run.new_process();

  EXPECT_TRUE(run.recover()->ok());
  EXPECT_EQ(run.total_effects(), 0);
}

TEST(Answers, HoldForTheAgentTheRunWasStartedWith) {  // [DUR-32] [DUR-22]
  AskedRun run;
  ASSERT_EQ(run.answer(commands::Approval::approved), journal::AnswerVerdict::accepted);
  run.agent.system_prompt = "Be bad.";
  run.agent.permissions = {};
  run.new_process();

  EXPECT_TRUE(run.recover()->ok());
  EXPECT_EQ(run.model->requests.back().system, "Be good.");
  EXPECT_EQ(run.total_effects(), 1);
}

// Written before answers were refused at the door, or by another program.
TEST(Answers, ADroppedOneIsNamedByWhatItSaid) {
  AskedRun run;
  run.post(commands::approve(run.call(), commands::Approval::approved, ""));
  run.post(commands::approve(run.call(), commands::Approval::rejected, "stop"));
  run.post(commands::resolve({0, 0}, commands::Resolution::retry, ""));
  run.new_process();

  EXPECT_TRUE(run.recover()->ok());
  EXPECT_THAT(run.warnings.lines, ElementsAre(AllOf(HasSubstr("'rejected' for call [0,0]"), HasSubstr("dropped")),
                                              AllOf(HasSubstr("'to be retried'"), HasSubstr("dropped"))));
}

}  // namespace
}  // namespace executus::run
