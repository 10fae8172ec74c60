// What an invocation brings along.
#include <gtest/gtest.h>

#include "kernel/ported_test.hpp"

namespace executus::run {
namespace {

TEST(Invocation, BringsExtraTools) {  // [SES-03]
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "extra", "{}"}}) : says("done"); });
  auto invocation = run.invocation("run");
  auto extra = std::make_shared<EffectTool>("extra", tool::Effect::pure, run.world);
  invocation.extra_tools = {extra};
  EXPECT_TRUE(run.loop.run(run.executor->run(run.agent, invocation)).ok());
  EXPECT_EQ(run.total_effects(), 1);
}

TEST(Invocation, StartsTheTranscriptWithTextAndImages) {  // [IO-01] [IO-02] [CK-05]
  Harness run([](std::size_t) { return says("done"); });
  auto invocation = run.invocation("run");
  invocation.images = {{"bytes", "image/png"}};
  (void)run.loop.run(run.executor->run(run.agent, invocation));
  EXPECT_EQ(run.model->requests[0].messages[0].parts.size(), 2u);
  invocation.run_id = *RunId::parse("blank");
  invocation.prompt.clear();
  (void)run.loop.run(run.executor->run(run.agent, invocation));
  ASSERT_EQ(run.model->requests[1].messages[0].parts.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<llm::Image>(run.model->requests[1].messages[0].parts[0]));
}

TEST(Agent, IsPlainData) {  // [RUN-14]
  static_assert(std::is_aggregate_v<Agent> && std::is_aggregate_v<Phase>);
}

TEST(Invocation, IsWhoTheRunIsFor) {  // [RUN-18] [RUN-26] [RUN-27]
  Ported run;
  auto invocation = run.invocation("run");
  invocation.caller = "me";
  invocation.channel = "ops";
  invocation.attributes = {{"guild_id", "home"}, {"team", "blue"}};
  invocation.parent = *RunId::parse("above");
  invocation.inputs = {{"service", "web"}};
  run.agent.model = "smart";
  run.store->writes_left = 1;
  (void)run.run_with(invocation);
  run.new_process();
  ASSERT_TRUE(run.recover()->ok()) << "and it is the same after a crash";
  const auto& info = run.audit.info;
  EXPECT_EQ(info.model_tier + " " + info.model, "smart test/model");
  EXPECT_EQ(info.run.str(), "run");
  EXPECT_EQ(
      info.caller + info.channel + info.attributes.at("guild_id") + info.attributes.at("team") + info.parent.str(),
      "meopshomeblueabove");
  EXPECT_EQ(info.inputs.at("service").as_string(), "web");
}

}  // namespace
}  // namespace executus::run
