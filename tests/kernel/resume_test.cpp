// A run goes on where it stood: what is not repeated, and what is sent again just as it was.
#include <gtest/gtest.h>

#include "run/call_then_answer_test.hpp"

namespace executus::run {
namespace {

TEST(Resume, DoesNotRepeatFinishedCallsOrModelCalls) {  // [CK-09] [DUR-08] [DUR-09]
  Harness h(call_then_answer("act"));
  h.add_tool("act", tool::Effect::irreversible);
  h.store->writes_left = 2;  // response and outcome are written, the second response is not
  (void)h.run();
  h.new_process();
  auto outcome = h.recover();
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ(h.total_effects(), 1);
  EXPECT_EQ(h.model->asked[0], 1) << "a journaled answer is never bought again";
  EXPECT_EQ(h.model->asked[1], 2) << "the one in flight is bought once more";
  EXPECT_EQ(outcome->iterations, 2);
  EXPECT_EQ(outcome->attempts, 2);
}

TEST(Resume, ClosesARunWhoseAnswerIsDurableWithoutAModelCall) {  // [DUR-10]
  Harness h([](std::size_t) { return says("done"); });
  h.store->writes_left = 1;  // the answer is written, the end is not
  (void)h.run();
  h.new_process();
  auto outcome = h.recover();
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ(outcome->output, "done");
  EXPECT_EQ(h.model->asked[0], 1);
}

TEST(Resume, GoesOnWithStepsUsageAndElapsedTime) {  // [DUR-11]
  Harness h(call_then_answer("look"));
  h.agent.max_runtime = Milliseconds(10'000);
  auto& look = h.add_tool("look", tool::Effect::keyed);
  look.before_effect = [&] { h.loop.manual_clock().advance(Milliseconds(900)); };
  h.store->writes_left = 2;
  (void)h.run();
  look.before_effect = nullptr;
  h.new_process();
  auto outcome = h.recover();
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ(outcome->usage.input, 20);
  EXPECT_GE(h.entries().back().elapsed, Milliseconds(900));
}

TEST(Resume, GoesOnWithTheDefinitionTheRunStartedWith) {  // [DUR-22]
  Harness h(call_then_answer("act"));
  h.add_tool("act", tool::Effect::keyed);
  h.store->writes_left = 2;
  (void)h.run();
  h.agent.system_prompt = "Be bad.";
  h.new_process();
  auto outcome = h.recover();
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ(h.model->requests.back().system, "Be good.");
  EXPECT_EQ(h.model->requests.back().tools.size(), 1u);
}

TEST(Resume, SendsTheHeaderTheRunBeganWith) {  // [DUR-34]
  for (bool phased : {false, true}) {
    Harness h(call_then_answer("act"));
    h.agent.system_prompt = "Be good.";
    if (phased) h.agent.phases = {{"only", "Be good."}};
    h.add_tool("act", tool::Effect::keyed);
    h.reconfigure([](ExecutorConfig& config) { config.system_header = "Of old."; });
    h.store->writes_left = phased ? 3 : 2;
    (void)h.run();
    h.reconfigure([](ExecutorConfig& config) { config.system_header = "Of now."; });
    auto outcome = h.recover();
    ASSERT_TRUE(outcome && outcome->ok());
    EXPECT_EQ(h.model->requests.back().system, "Of old.\n\nBe good.");
  }
}

TEST(Resume, SendsTheRequestTheUninterruptedRunWouldHaveSent) {  // [DUR-34]
  Harness calm(call_then_answer("act")), killed(call_then_answer("act"));
  calm.add_tool("act", tool::Effect::keyed);
  killed.add_tool("act", tool::Effect::keyed);
  (void)calm.run();
  killed.store->writes_left = 2;
  (void)killed.run();
  killed.new_process();
  (void)killed.recover();
  const auto &a = calm.model->requests.back(), &b = killed.model->requests.back();
  EXPECT_EQ(a.system, b.system);
  EXPECT_EQ(a.tools, b.tools);
  ASSERT_EQ(a.messages.size(), b.messages.size());
  for (std::size_t i = 0; i < a.messages.size(); ++i) EXPECT_EQ(a.messages[i], b.messages[i]);
}

TEST(Deadline, CountsOnlyTheTimeThatIsLeft) {  // [DUR-11] [CK-16]
  Harness h(call_then_answer("look"));
  h.agent.max_runtime = Milliseconds(1'000);
  auto& look = h.add_tool("look", tool::Effect::keyed);
  look.before_effect = [&] { h.loop.manual_clock().advance(Milliseconds(900)); };
  h.store->writes_left = 2;
  (void)h.run();
  h.new_process();
  h.model->wait.emplace();  // the model never answers
  MonoTime before = h.loop.clock().mono();
  auto outcome = h.recover();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, RunStatus::timeout);
  EXPECT_LE(h.loop.clock().mono() - before, Milliseconds(100));
}

}  // namespace
}  // namespace executus::run
