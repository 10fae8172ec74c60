// Tools and figures that a host's session gives a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/ported_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct AttachingTool final : tool::Tool {
  explicit AttachingTool(std::shared_ptr<Session> s) : session(std::move(s)) {
    spec.spec = {"snap", "Takes a picture.", {{"type", "object"}}};
    spec.effect = tool::Effect::keyed;
  }
  const tool::ToolInfo& info() const override { return spec; }
  Task<tool::Outcome> call(tool::Call) override {
    session->attach("a picture", {{"bytes", "image/png"}});
    tallies.push_back(session->tally());
    tool::Outcome done = tool::Done{"taken", {}};
    co_return done;
  }
  std::shared_ptr<Session> session;
  tool::ToolInfo spec;
  std::vector<RunTally> tallies;
};

struct TestSessions final : Sessions {
  SessionFactory for_run(const RunInfo&) override {
    return [this](std::shared_ptr<Session> session) {
      SessionTools tools;
      tools.tools = {tool = std::make_shared<AttachingTool>(std::move(session))};
      tools.post_run = [](PostRun run) -> Task<boost::json::value> {
        boost::json::value result{{"output", run.output}, {"messages", run.messages.size()}};
        co_return result;
      };
      tools.cleanup = [this] { ++cleanups; };
      return tools;
    };
  }
  std::shared_ptr<AttachingTool> tool;
  int cleanups = 0;
};

struct SessionRun : Harness {
  SessionRun() : Harness([](std::size_t turn) { return turn == 0 ? calls({{"c", "snap", "{}"}}) : says("done"); }) {
    reconfigure([this](ExecutorConfig& config) { config.ports.sessions = &sessions; });
  }
  TestSessions sessions;
};

TEST(Sessions, ToolsAttachImagesThatFollowTheResults) {  // [SES-02] [SES-04]
  SessionRun run;
  EXPECT_TRUE(run.run().ok());
  const auto& messages = run.model->requests.back().messages;
  ASSERT_EQ(messages.size(), 4u);
  EXPECT_EQ(messages[2].role, llm::Role::tool);
  EXPECT_EQ(messages[3].role, llm::Role::user);
  EXPECT_EQ(messages[3].parts.size(), 2u);
  EXPECT_EQ(messages[3].text(), "a picture");
}

TEST(Sessions, AttachedImagesAreAppliedOnceAcrossCrashes) {  // [DUR-13]
  for (int writes = 1; writes < 5; ++writes) {
    SessionRun run;
    run.store->writes_left = writes;
    if (!run.run().ok()) {
      run.new_process();
      ASSERT_TRUE(run.recover()->ok()) << writes;
    }
    EXPECT_EQ(run.model->requests.back().messages.size(), 4u) << writes;
  }
}

TEST(Sessions, PostRunSeesOutputAndTranscriptAndItsResultIsKept) {  // [SES-05] [RUN-19]
  SessionRun run;
  auto outcome = run.run();
  EXPECT_EQ(outcome.post_run_result.at("output").as_string(), "done");
  EXPECT_EQ(outcome.post_run_result.at("messages").to_number<int>(), 5);
  EXPECT_EQ(run.sessions.cleanups, 1) << "[SES-07]";
}

TEST(Sessions, TellTheLiveFigures) {  // [RUN-35] [RUN-36]
  SessionRun run;
  (void)run.run();
  ASSERT_EQ(run.sessions.tool->tallies.size(), 1u);
  EXPECT_EQ(run.sessions.tool->tallies[0].iteration, 1);
  EXPECT_EQ(run.sessions.tool->tallies[0].usage.input, 10);
  EXPECT_EQ(run.sessions.tool->tallies[0].tool_calls, 1);
}

TEST(Sessions, ARunWithSessionToolsIsLeftToAProcessThatHasThem) {  // [DUR-39] [SES-04]
  SessionRun run;
  run.store->writes_left = 1;
  (void)run.run();
  auto agent = agent_from_json(std::get<journal::Admitted>(run.entries()[0].payload).agent).value();
  EXPECT_THAT(run.executor->missing_for(agent), IsEmpty());
  run.reconfigure(nullptr);
  EXPECT_THAT(run.executor->missing_for(agent), ElementsAre(HasSubstr("snap")));
}

}  // namespace
}  // namespace executus::run
