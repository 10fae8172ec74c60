// Outputs of tools that are longer than a model is shown.
#include "run/calls/long_output.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Folder final : InputFiles {
  Task<std::string> stage(RunId, std::size_t, InputFile) override { co_return "unused"; }
  Task<std::optional<std::string>> keep_output(RunId run, InputFile file) override {
    if (broken) throw executus::failed("test.full", "the disk is full");
    if (on_keep) on_keep();
    TaskContext context = co_await this_task();
    context.scope->throw_if_cancelled();
    files[run.str() + ":" + file.name] = std::move(file.bytes);
    auto id = std::optional<std::string>("run:" + file.name);
    co_return id;
  }
  Task<void> share(RunId from, RunId to) override {
    shared.push_back(from.str() + " " + to.str());
    co_return;
  }
  std::vector<std::string> shared;
  std::map<std::string, std::string> files;  // by run and name
  bool broken = false;
  std::function<void()> on_keep;
};

std::string long_text() {
  std::string text = "the beginning";
  for (int i = 0; i < 30'000; ++i) text += " " + std::to_string(i);
  return text + " the end";
}

struct LongRun : Harness {
  explicit LongRun(tool::Effect effect = tool::Effect::pure)
      : Harness([](std::size_t turn) { return turn == 0 ? calls({{"c", "look", "{}"}}) : says("done"); }) {
    look = &add_tool("look", effect);
    look->act = [] { return tool::Done{long_text()}; };
    reconfigure([this](ExecutorConfig& config) { config.ports.input_files = &folder; });
  }
  const std::string& result() { return model->requests.back().messages.back().tool_results[0].text; }
  EffectTool* look;
  Folder folder;
};

TEST(LongOutput, IsShownInPartAndKeptAsAFileOfTheRun) {  // [TOOL-07]
  LongRun run;
  run.add_tool("read_file", tool::Effect::pure);
  ASSERT_TRUE(run.run().ok());
  ASSERT_EQ(run.folder.files.size(), 1u);
  const auto& [name, content] = *run.folder.files.begin();
  EXPECT_TRUE(content == long_text());
  EXPECT_THAT(name, StartsWith("run:output-0.0-"));
  EXPECT_LT(run.result().size(), kShownBytes + 300);
  EXPECT_THAT(run.result(), AllOf(StartsWith("the beginning"), EndsWith("the end"),
                                  HasSubstr("of " + std::to_string(content.size()) + " are not shown here"),
                                  HasSubstr("read_file shows any part of " + name)));
}

TEST(LongOutput, OfAFailureIsKeptToo) {  // [TOOL-07]
  LongRun run;
  run.look->act = [] { return tool::Failed{long_text()}; };
  ASSERT_TRUE(run.run().ok());
  EXPECT_EQ(run.folder.files.size(), 1u);
  EXPECT_THAT(run.result(), HasSubstr("this agent has no tool read_file"));
}

TEST(LongOutput, IsCutBetweenCharacters) {  // [TOOL-07]
  tool::Toolbox none;
  std::string text;
  while (text.size() < 2 * kShownBytes) text += "€";
  for (int shift = 0; shift < 3; ++shift) {
    auto shown = shown_of(std::string(static_cast<std::size_t>(shift), 'a') + text, "run:f", none);
    EXPECT_THAT(shown, Not(HasSubstr("\xef\xbf\xbd")));
    EXPECT_THAT(shown, HasSubstr("€\n[bytes "));
    EXPECT_THAT(shown, HasSubstr("]\n€"));
  }
}

TEST(LongOutput, ThatCannotBeKeptSaysWhatIsLost) {  // [TOOL-07]
  LongRun run;
  run.folder.broken = true;
  ASSERT_TRUE(run.run().ok());
  EXPECT_LT(run.result().size(), kShownBytes + 300);
  EXPECT_THAT(run.result(), AllOf(StartsWith("the beginning"), EndsWith("the end"),
                                  HasSubstr("are not shown here; they are lost: the disk is full]")));
}

// The file is there before the outcome is in the journal.
TEST(LongOutput, AtAnyDeathIsOneFileThatTheOutcomeNames) {  // [TOOL-07] [DUR-05]
  for (int writes = 0; writes < 6; ++writes) {
    LongRun run(tool::Effect::keyed);
    run.store->writes_left = writes;
    (void)run.run();
    run.new_process();
    auto outcome = run.recover();
    if (!outcome) outcome = run.run();
    ASSERT_TRUE(outcome->ok()) << writes;
    ASSERT_EQ(run.folder.files.size(), 1u) << writes;
    EXPECT_THAT(run.result(), HasSubstr(run.folder.files.begin()->first)) << writes;
    EXPECT_EQ(run.total_effects(), 1) << writes;
  }
}

TEST(LongOutput, OfACallThatHappenedIsKeptThoughTheRunIsStopped) {  // [TOOL-07] [DUR-05]
  LongRun run(tool::Effect::irreversible);
  CancelScope scope;
  run.folder.on_keep = [&] { scope.cancel({Cause::shutdown, "the program is ending"}); };
  (void)run.run_in(scope);
  run.new_process();
  ASSERT_TRUE(run.recover()->ok()) << "no call is in doubt";
  EXPECT_EQ(run.total_effects(), 1);
  EXPECT_THAT(run.result(), HasSubstr(run.folder.files.begin()->first));
}

TEST(LongOutput, IsAFileOfTheRunsThatGoOnAsWell) {  // [TOOL-07]
  LongRun run;
  ASSERT_TRUE(run.run("first").ok());
  for (int submissions = 0; submissions < 2; ++submissions) {
    Invocation next;
    next.run_id = *RunId::parse("second");
    next.prompt = "go on";
    next.continues = *RunId::parse("first");
    ASSERT_TRUE(run.loop.run(run.executor->run(run.agent, next)).ok());
  }
  EXPECT_EQ(run.folder.shared, std::vector<std::string>{"first second"}) << "before it was there, and not afterwards";
}

}  // namespace
}  // namespace executus::run
