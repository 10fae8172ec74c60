// What models, tools and callers get wrong: it never crashes a run, and the model is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "run/calls/long_output.hpp"
#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::HasSubstr;

struct OneCall : Harness {
  explicit OneCall(llm::ToolCall call)
      : Harness([call](std::size_t turn) { return turn == 0 ? calls({call}) : says("done"); }) {
    look = &add_tool("look", tool::Effect::pure);
  }
  const llm::ToolResult& result() { return model->requests.back().messages.back().tool_results[0]; }
  EffectTool* look;
};

TEST(BadTool, AHugeResultIsCut) {
  OneCall run({"c", "look", "{}"});
  run.look->act = [] { return tool::Done{std::string(100'000'000, 'x'), {}}; };
  EXPECT_TRUE(run.run().ok());
  EXPECT_LT(run.result().text.size(), kShownBytes + 300);
  EXPECT_THAT(run.result().text, HasSubstr("of 100000000 are not shown here; they are lost: "));
}

TEST(BadTool, BytesThatAreNoTextAreReplaced) {
  OneCall run({"c", "look", "{}"});
  run.look->act = [] {
    return tool::Done{
        "a\xff\xfe"
        "b",
        {}};
  };
  EXPECT_TRUE(run.run().ok());
  EXPECT_TRUE(is_valid_utf8(run.result().text));
  run.look->act = []() -> tool::Outcome { throw std::runtime_error("\xff broke"); };
  EXPECT_TRUE(run.run("other").ok());
  EXPECT_TRUE(is_valid_utf8(run.result().text));
}

TEST(BadTool, OneThatNeverReturnsTimesOut) {
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "hang", "{}"}}) : says("done"); });
  run.add(make_tool_that_hangs());
  EXPECT_EQ(run.run().status, RunStatus::waiting) << "irreversible by default: nobody knows";
}

TEST(BadModel, ThatAnswersNothingEndsTheRun) {
  Harness run([](std::size_t) { return says(""); });
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.output, "");
}

TEST(BadModel, ThatRepeatsTheSameCallIsStopped) {  // [AGT-03] [RUN-08]
  Harness run([](std::size_t) { return calls({{"c", "look", "{}"}}); });
  run.add_tool("look", tool::Effect::pure);
  auto outcome = run.run();
  EXPECT_EQ(outcome.error_code, "run.tool_loop");
  EXPECT_EQ(outcome.iterations, 3);
}

TEST(BadModel, UnknownToolsAndWrongArgumentsAreErrorsItSees) {  // [AGT-04]
  OneCall unknown({"c", "nowhere", "{}"});
  EXPECT_TRUE(unknown.run().ok());
  EXPECT_THAT(unknown.result().text, HasSubstr("no tool named 'nowhere'"));
  OneCall misspelt({"c", "Look", "{}"});
  EXPECT_TRUE(misspelt.run().ok());
  EXPECT_THAT(misspelt.result().text, HasSubstr("did you mean 'look'?"));
  OneCall wrong({"c", "look", "{not JSON"});
  EXPECT_TRUE(wrong.run().ok());
  EXPECT_THAT(wrong.result().text, HasSubstr("not JSON"));
  EXPECT_EQ(wrong.total_effects(), 0);
}

TEST(BadModel, DoubleAndMissingCallIdsAreMadeUnique) {  // [STP-07]
  Harness run([](std::size_t turn) {
    return turn == 0 ? calls({{"same", "look", "{}"}, {"same", "look", "{}"}, {"", "look", "{}"}}) : says("done");
  });
  run.add_tool("look", tool::Effect::pure);
  EXPECT_TRUE(run.run().ok());
  const auto& results = run.model->requests.back().messages.back().tool_results;
  ASSERT_EQ(results.size(), 3u);
  EXPECT_NE(results[0].call_id, results[1].call_id);
  EXPECT_FALSE(results[2].call_id.empty());
}

TEST(BadPorts, ThatThrowWhileARunOpensRefuseIt) {  // [RUN-31] [RUN-32]
  struct BadSubAgents final : SubAgents {
    std::optional<SubAgent> skill(std::string_view, std::string_view) override {
      throw std::runtime_error("the port is broken");
    }
    std::optional<SubAgent> agent(std::string_view, std::string_view) override {
      throw std::runtime_error("the port is broken");
    }
  } sub_agents;
  struct BadSessions final : Sessions {
    SessionFactory for_run(const RunInfo&) override { throw std::runtime_error("sessions are broken"); }
  } sessions;
  struct BadFiles final : InputFiles {
    Task<std::string> stage(RunId, std::size_t, InputFile) override { throw std::runtime_error("files are broken"); }
  } files;
  Harness run([](std::size_t) { return says("done"); });
  run.agent.agents = {"x"};
  run.reconfigure([&](ExecutorConfig& config) { config.ports.sub_agents = &sub_agents; });
  EXPECT_THAT(run.run("a").error, HasSubstr("the port is broken"));
  run.agent.agents.clear();
  run.reconfigure([&](ExecutorConfig& config) { config.ports.sessions = &sessions; });
  EXPECT_THAT(run.run("b").error, HasSubstr("sessions are broken"));
  run.reconfigure([&](ExecutorConfig& config) { config.ports.input_files = &files; });
  auto invocation = run.invocation("c");
  invocation.files = {{"a.txt", "", "x"}};
  EXPECT_TRUE(run.loop.run(run.executor->run(run.agent, invocation)).ok()) << "a file is only left out";
}

}  // namespace
}  // namespace executus::run
