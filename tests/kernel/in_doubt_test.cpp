// Calls of which no one knows what became: what settles them, in a live process and after a crash.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/call_then_answer_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::HasSubstr;

TEST(InDoubt, ParksUntilAPersonSettlesIt) {  // [DUR-05] [DUR-06]
  Harness h(call_then_answer("act"));
  auto& act = h.add_tool("act", tool::Effect::irreversible);
  act.act = [] { return tool::Unknown{"the connection was cut"}; };
  auto parked = h.run();
  EXPECT_EQ(parked.status, RunStatus::waiting);
  EXPECT_EQ(parked.reason, "in_doubt");
  EXPECT_EQ(parked.tool_calls[0].state, llm::CallState::in_doubt);

  h.new_process();
  h.post(commands::resolve({0, 0}, commands::Resolution::completed, "it had happened"));
  auto outcome = h.recover();

  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ(h.total_effects(), 1);
  EXPECT_EQ(h.model->requests.back().messages.back().tool_results[0].text, "it had happened");
  EXPECT_TRUE(h.loop.run(h.store->inbox(outcome->run_id)).empty()) << "the command is consumed";
}

TEST(InDoubt, FailedAndRetryAreTheOtherAnswers) {  // [DUR-06]
  for (auto how : {commands::Resolution::failed, commands::Resolution::retry}) {
    Harness h(call_then_answer("act"));
    auto& act = h.add_tool("act", tool::Effect::irreversible);
    act.act = [] { return tool::Unknown{"timeout"}; };
    EXPECT_EQ(h.run().status, RunStatus::waiting);
    act.act = nullptr;
    h.post(commands::resolve({0, 0}, how, "it never arrived"));
    h.new_process();
    auto outcome = h.recover();
    ASSERT_TRUE(outcome && outcome->ok());
    EXPECT_EQ(h.total_effects(), how == commands::Resolution::retry ? 2 : 1);
    EXPECT_EQ(outcome->tool_calls[0].state,
              how == commands::Resolution::retry ? llm::CallState::done : llm::CallState::failed);
  }
}

TEST(InDoubt, StaysParkedWhenTakenUpWithoutAnAnswer) {  // [DUR-06]
  Harness h(call_then_answer("act"));
  h.add_tool("act", tool::Effect::irreversible).act = [] { return tool::Unknown{"timeout"}; };
  EXPECT_EQ(h.run().status, RunStatus::waiting);
  h.new_process();
  auto again = h.recover();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->status, RunStatus::waiting);
  EXPECT_EQ(h.total_effects(), 1);
}

TEST(InDoubt, TellsTheModelWhenTheAgentSaysSo) {  // [DUR-07]
  Harness h(call_then_answer("act"));
  h.add_tool("act", tool::Effect::irreversible).act = [] { return tool::Unknown{"timeout"}; };
  h.agent.on_in_doubt = OnInDoubt::tell_model;
  EXPECT_TRUE(h.run().ok());
  const auto& result = h.model->requests.back().messages.back().tool_results[0];
  EXPECT_TRUE(result.is_error);
  EXPECT_THAT(result.text, HasSubstr("unknown"));
}

TEST(Unknown, RepeatsWhatMayBeRepeatedInALiveProcess) {  // [DUR-05]
  Harness h(call_then_answer("act"));
  auto& act = h.add_tool("act", tool::Effect::keyed);
  int failures = 2;
  act.act = [&]() -> tool::Outcome {
    if (failures-- > 0) return tool::Unknown{"502"};
    return tool::Done{"did it", {}};
  };
  EXPECT_TRUE(h.run().ok());
  ASSERT_EQ(h.world.dispatches.size(), 1u);
  EXPECT_EQ(h.world.dispatches.begin()->second, 3);
  EXPECT_EQ(h.total_effects(), 1) << "the target dedupes by the key, which stayed the same";
}

TEST(Unknown, IsWhatAToolTimeoutIs) {  // [DUR-05]
  Harness h(call_then_answer("hang"));
  auto tool = make_tool_that_hangs();
  h.add(tool);
  auto parked = h.run();
  EXPECT_EQ(parked.status, RunStatus::waiting);
  EXPECT_EQ(parked.reason, "in_doubt");
  EXPECT_EQ(parked.tool_calls[0].state, llm::CallState::in_doubt);
  EXPECT_EQ(h.model->requests.size(), 1u) << "it was shown to the model";
}

TEST(Probe, IsNotBelievedBeforeTheSettleTime) {  // [DUR-05]
  Harness h(call_then_answer("act"));
  auto& act = h.add_tool("act", tool::Effect::probeable);
  h.agent.max_runtime = Milliseconds(600'000);
  act.change().settle = Milliseconds(30'000);
  bool lost = false;
  act.before_effect = [&] {
    if (!std::exchange(lost, true))
      throw Cancelled({Cause::deadline, "no answer; the request may still be on its way"});
  };
  MonoTime before = h.loop.clock().mono();
  EXPECT_TRUE(h.run().ok());
  EXPECT_GE(h.loop.clock().mono() - before, Milliseconds(30'000));
  EXPECT_EQ(act.probes, 1);
  EXPECT_EQ(h.total_effects(), 1);
}

TEST(Probe, EndsInDoubtWhenItGivesNoAnswer) {  // [DUR-05]
  Harness h(call_then_answer("act"));
  auto& act = h.add_tool("act", tool::Effect::probeable);
  act.act = [] { return tool::Unknown{"timeout"}; };
  act.probe_answer = tool::Unclear{"500"};
  auto parked = h.run();
  EXPECT_EQ(parked.status, RunStatus::waiting);
  EXPECT_EQ(act.probes, 3);
}

TEST(Batch, SettlesWhatItCanBeforeItParks) {  // [DUR-08]
  Harness h([](std::size_t turn) {
    return turn == 0 ? calls({{"a", "risky", "{}"}, {"b", "safe", "{}"}, {"c", "later", "{}"}}) : says("done");
  });
  auto& risky = h.add_tool("risky", tool::Effect::irreversible);
  auto& safe = h.add_tool("safe", tool::Effect::keyed);
  h.add_tool("later", tool::Effect::irreversible);
  risky.change().order = safe.change().order = tool::Order::parallel;
  risky.act = [&] {
    h.store->dead = true;
    return tool::Done{"did it", {}};
  };
  (void)h.run();
  h.new_process();
  auto parked = h.recover();
  ASSERT_TRUE(parked);
  EXPECT_EQ(parked->reason, "in_doubt");
  EXPECT_EQ(parked->tool_calls[0].state, llm::CallState::in_doubt);
  EXPECT_EQ(parked->tool_calls[1].state, llm::CallState::done) << "it can be settled alone";
  EXPECT_EQ(parked->tool_calls[2].state, llm::CallState::pending) << "a later call of an ordered batch waits";
  EXPECT_EQ(h.total_effects(), 2);
}

}  // namespace
}  // namespace executus::run
