// What an audit is told of a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/ported_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Audit, SeesStepsAndToolsAndHowItEnded) {  // [RUN-26] [RUN-27] [RUN-28] [STP-05] [STP-09]
  Ported run;
  run.agent.id = "agent-7";
  auto invocation = run.invocation("run");
  invocation.caller = "me";
  EXPECT_TRUE(run.run_with(invocation).ok());
  EXPECT_THAT(run.audit.log,
              ElementsAre("start", "step 1", "tool look running", "tool look complete", "step 2", "close ok done"));
  EXPECT_EQ(run.audit.info.subject, "agent-7");
  EXPECT_EQ(run.audit.info.caller, "me");
  EXPECT_EQ(run.audit.info.model_tier, "fast") << "nothing was asked for: the fallback tier";
  EXPECT_EQ(run.audit.info.model, "test/model");
  EXPECT_EQ(run.audit.info.max_iterations, 12);
  EXPECT_EQ(run.audit.stats.tool_calls, 1);
  EXPECT_EQ(run.audit.stats.usage.input, 20);
}

// The one record there is of a run that never lived.
TEST(Audit, IsClosedWithTheErrorOfARunThatCannotBeBuilt) {  // [RUN-32]
  struct BadSubAgents final : SubAgents {
    std::optional<SubAgent> skill(std::string_view, std::string_view) override {
      throw std::runtime_error("the port is broken");
    }
    std::optional<SubAgent> agent(std::string_view, std::string_view) override { return std::nullopt; }
  } sub_agents;
  Ported run;
  auto before = run.configure;
  run.reconfigure([&](ExecutorConfig& config) {
    before(config);
    config.ports.sub_agents = &sub_agents;
  });
  auto tools = run.agent.tools;
  run.agent.id = "agent-7";
  run.agent.model = "smart";
  run.agent.tools.push_back("nowhere");
  EXPECT_EQ(run.run("a").error_code, "tool.unknown");
  EXPECT_THAT(run.audit.log, ElementsAre("start", "close error "));
  EXPECT_EQ(run.audit.info.run.str() + " " + run.audit.info.subject, "a agent-7");
  EXPECT_EQ(run.audit.info.model_tier, "smart");
  EXPECT_THAT(run.audit.stats.error, HasSubstr("nowhere"));

  run.audit.log.clear();
  run.agent.tools = tools;
  run.agent.skills = {"s"};
  EXPECT_FALSE(run.run("b").ok());
  EXPECT_THAT(run.audit.log, ElementsAre("start", "close error "));
  EXPECT_THAT(run.audit.stats.error, HasSubstr("the port is broken"));
}

TEST(Audit, HasNoRecordOfASubmissionThatIsAnotherRuns) {  // [RUN-32]
  Ported run;
  EXPECT_TRUE(run.run().ok());
  run.audit.log.clear();
  run.agent.system_prompt = "Be bad.";
  EXPECT_EQ(run.run().error_code, "submission.conflict");
  EXPECT_THAT(run.audit.log, IsEmpty());
}

}  // namespace
}  // namespace executus::run
