#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/commands.hpp"
#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::function<llm::Response(std::size_t)> call_then_answer(std::string tool) {
  return [tool](std::size_t turn) {
    return turn == 0 ? calls({{"c" + std::to_string(turn), tool, R"({"amount":5})"}}) : says("done");
  };
}

TEST(Executor, RunsAnAgentToItsAnswer) {  // [CK-14]
  Harness h(call_then_answer("look"));
  h.add_tool("look", tool::Effect::pure);
  auto outcome = h.run();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, "done");
  EXPECT_EQ(outcome.iterations, 2);
  EXPECT_EQ(outcome.usage.input, 20);
  ASSERT_EQ(outcome.tool_calls.size(), 1u);
  EXPECT_EQ(outcome.tool_calls[0].state, llm::CallState::done);
  EXPECT_EQ(h.loop.run(h.store->find(outcome.run_id))->status, RunStatus::ok);
}

TEST(Executor, NeedsNoJournal) {
  Harness h(call_then_answer("look"));
  h.add_tool("look", tool::Effect::irreversible);
  h.agent.durability = Durability::memory;
  EXPECT_TRUE(h.run().ok());
  EXPECT_TRUE(h.entries().empty());
}

TEST(CallKey, IsToldOfCallsThatMayHaveAnEffect) {  // [DUR-04]
  for (auto effect : {tool::Effect::pure, tool::Effect::idempotent, tool::Effect::irreversible}) {
    Harness run([](std::size_t turn) { return turn == 0 ? calls({{"a", "act", "{}"}}) : says("done"); });
    run.add_tool("act", effect);
    EXPECT_EQ(run.run().tool_calls.at(0).idempotency_key.empty(), effect == tool::Effect::pure) << to_string(effect);
  }
}

TEST(Commits, APlainStepCostsOne) {  // [DUR-03]
  auto commits_of = [](std::size_t steps) {
    Harness h([steps](std::size_t turn) {
      return turn < steps ? calls({{"c", "look", "{\"i\":" + std::to_string(turn) + "}"}}) : says("done");
    });
    h.add_tool("look", tool::Effect::pure);
    EXPECT_TRUE(h.run().ok());
    return h.journal.commits();
  };
  EXPECT_EQ(commits_of(9) - commits_of(4), 5u);
  EXPECT_EQ(commits_of(0), 3u) << "admission, answer, end";
}

TEST(Commits, AStepWithAGatedCallCostsTwo) {  // [DUR-03]
  for (auto effect : {tool::Effect::keyed, tool::Effect::probeable, tool::Effect::irreversible}) {
    Harness h(call_then_answer("act"));
    h.add_tool("act", effect);
    EXPECT_TRUE(h.run().ok());
    EXPECT_EQ(h.journal.commits(), 3u + 2u);
    EXPECT_THAT(h.kinds(), ElementsAre("admitted", "opened", "responded", "intended", "settled", "responded", "ended"));
  }
}

TEST(Commits, IntentFollowsTheOutcomeBeforeInOneCommit) {  // [DUR-08]
  Harness h([](std::size_t turn) {
    return turn == 0 ? calls({{"a", "act", "{}"}, {"b", "act", "{\"x\":1}"}, {"c", "act", "{\"x\":2}"}}) : says("done");
  });
  h.add_tool("act", tool::Effect::irreversible);
  EXPECT_TRUE(h.run().ok());
  EXPECT_EQ(h.journal.commits(), 3u + 1u + 3u) << "response with the first intent, then one per outcome";
  EXPECT_THAT(h.kinds(), ElementsAre("admitted", "opened", "responded", "intended", "settled", "intended", "settled",
                                     "intended", "settled", "responded", "ended"));
}

TEST(Keys, AreTheSameAcrossRecoveriesAndDifferByCall) {  // [DUR-04]
  Harness h(
      [](std::size_t turn) { return turn == 0 ? calls({{"a", "act", "{}"}, {"b", "act", "{}"}}) : says("done"); });
  auto& act = h.add_tool("act", tool::Effect::keyed);
  act.before_effect = [&] {
    if (h.world.dispatches.size() == 1 && !h.store->writes_left)
      h.store->writes_left = 0;  // dies with the outcome of b
  };
  (void)h.run();
  ASSERT_EQ(h.world.dispatches.size(), 2u) << "two calls with the same arguments have keys of their own";
  act.before_effect = nullptr;
  h.new_process();
  auto outcome = h.recover();
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ(h.world.dispatches.size(), 2u) << "the repeated call kept its key";
  for (const auto& call : outcome->tool_calls) EXPECT_TRUE(h.world.effects.contains(call.idempotency_key));
}

TEST(Keys, OfIdempotentCallsAreInTheOutcome) {  // [DUR-04]
  using tool::Effect;
  for (auto effect : {Effect::idempotent, Effect::keyed, Effect::probeable, Effect::irreversible}) {
    Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "act", "{}"}}) : says("done"); });
    run.add_tool("act", effect);
    auto outcome = run.run();
    ASSERT_EQ(run.world.effects.size(), 1u);
    EXPECT_EQ(outcome.tool_calls.at(0).idempotency_key, run.world.effects.begin()->first) << to_string(effect);
  }
}

TEST(Executor, TheAnswerThatTheLastTextRefersToIsTheRunsOutput) {  // [AGT-10]
  const std::string answer(300, 'a');
  Harness run([&](std::size_t turn) {
    if (turn > 0) return says("As I said above.");
    auto response = calls({{"c", "look", "{}"}});
    response.message.parts = {llm::Text{answer}};
    return response;
  });
  run.add_tool("look", tool::Effect::pure);
  EXPECT_EQ(run.run().output, answer);
  EXPECT_EQ(run.run().output, answer) << "and that of the journal's answer to who asks again";
}

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

TEST(Submission, TheSameIdTwiceIsOneRun) {  // [DUR-28]
  Harness h(call_then_answer("act"));
  h.add_tool("act", tool::Effect::irreversible);
  auto first = h.run();
  auto second = h.run();
  EXPECT_EQ(second.output, first.output);
  EXPECT_EQ(h.total_effects(), 1);
  h.agent.system_prompt = "Be bad.";
  auto conflict = h.run();
  EXPECT_EQ(conflict.error_code, "submission.conflict");
}

TEST(Refusal, OfAnUnknownToolLeavesNoRun) {
  Harness h(call_then_answer("act"));
  h.agent.tools = {"no_such_tool"};
  auto outcome = h.run();
  EXPECT_EQ(outcome.error_code, "tool.unknown");
  EXPECT_FALSE(h.loop.run(h.store->find(*RunId::parse("run"))));
}

TEST(Tools, UnknownNamesAndBadArgumentsBecomeErrorResults) {  // [AGT-04]
  Harness h([](std::size_t turn) {
    return turn == 0 ? calls({{"a", "nope", "{}"}, {"b", "look", "{not json"}, {"c", "look", "{}"}}) : says("done");
  });
  auto& look = h.add_tool("look", tool::Effect::pure);
  look.act = []() -> tool::Outcome { throw std::runtime_error("the disk is on fire"); };
  EXPECT_TRUE(h.run().ok());
  const auto& results = h.model->requests.back().messages.back().tool_results;
  ASSERT_EQ(results.size(), 3u);
  EXPECT_THAT(results[0].text, HasSubstr("no tool named 'nope'"));
  EXPECT_THAT(results[1].text, HasSubstr("not JSON"));
  EXPECT_THAT(results[2].text, HasSubstr("on fire"));
}

TEST(Tools, CallIdsAreMadeUnique) {
  Harness h([](std::size_t turn) {
    return turn == 0 ? calls({{"same", "look", "{}"}, {"same", "look", "{}"}, {"", "look", "{}"}}) : says("done");
  });
  h.add_tool("look", tool::Effect::pure);
  auto outcome = h.run();
  EXPECT_EQ(outcome.tool_calls[0].call_id, "same");
  EXPECT_EQ(outcome.tool_calls[1].call_id, "call_0_1");
  EXPECT_EQ(outcome.tool_calls[2].call_id, "call_0_2");
}

// Starts a run that waits in its model call, and does something to it.
RunOutcome while_waiting(Harness& h, std::function<void(RootHandle&)> act) {
  h.model->wait.emplace();
  std::promise<RunOutcome> promise;
  auto future = promise.get_future();
  ManualGroup group(h.loop);
  auto handle = group.spawn(detail::fulfil(h.executor->run(h.agent, h.invocation("run")), promise));
  h.loop.run_ready();
  act(handle);
  h.loop.run_ready();
  group.join();
  return future.get();
}

TEST(Ending, ShutdownLeavesTheRunForRecovery) {  // [CK-15] [CK-16]
  Harness h([](std::size_t) { return says("done"); });
  auto outcome = while_waiting(h, [](RootHandle& run) { run.cancel({Cause::shutdown, ""}); });
  EXPECT_EQ(outcome.status, RunStatus::running);
  auto row = h.loop.run(h.store->find(outcome.run_id));
  EXPECT_EQ(row->status, RunStatus::running);
  EXPECT_EQ(row->fruitless, 0) << "a hand-back never counts";
  EXPECT_EQ(h.loop.run(h.store->claimable({})).size(), 1u) << "it is anybody's at once";
}

TEST(Ending, TheCallerCancels) {  // [CK-16] [CK-18]
  Harness h([](std::size_t) { return says("done"); });
  auto outcome = while_waiting(h, [](RootHandle& run) { run.cancel({Cause::caller, ""}); });
  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_EQ(h.loop.run(h.store->find(outcome.run_id))->status, RunStatus::cancelled)
      << "the end is written although the run's scope is cancelled";
}

TEST(Ending, ACancelCommandFromAnotherProcessEndsAWait) {  // [DUR-38]
  Harness h([](std::size_t) { return says("done"); });
  auto outcome = while_waiting(h, [&](RootHandle&) {
    auto worker = h.journal.open_worker();
    EXPECT_EQ(h.loop.run(worker->post(*RunId::parse("run"), commands::cancel())), journal::PostVerdict::accepted);
    h.executor->nudge(*RunId::parse("run"));
  });
  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_TRUE(h.loop.run(h.store->inbox(outcome.run_id)).empty());
}

TEST(Ending, GivesBackARecoveredRunThatCannotEvenStart) {  // [DUR-39]
  Harness h(call_then_answer("act"));
  h.add_tool("act", tool::Effect::pure);
  h.store->writes_left = 1;
  (void)h.run();
  h.new_process();
  h.forget_tools();
  auto before = h.loop.run(h.store->find(*RunId::parse("run")))->fruitless;
  auto outcome = h.recover();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, RunStatus::running) << "left: another process may have the tool";
  EXPECT_EQ(h.loop.run(h.store->claimable({})).size(), 1u);
  EXPECT_EQ(h.loop.run(h.store->find(outcome->run_id))->fruitless, before);
}

TEST(Store, HoldsTheRunWhileItIsAway) {  // [CK-08]
  Harness h(call_then_answer("act"));
  auto& act = h.add_tool("act", tool::Effect::irreversible);
  act.before_effect = [&] {
    h.journal.go_away();
    h.loop.call_at(h.loop.clock().mono() + Milliseconds(3'000), [&] { h.journal.come_back(); });
  };
  EXPECT_TRUE(h.run().ok());
  EXPECT_EQ(h.total_effects(), 1);
}

// Programs are started elsewhere, where it would lead to another place.
TEST(Executor, ARelativeRootIsThatOfTheProcessThatSubmits) {
  Harness h(call_then_answer("act"));
  h.add_tool("act", tool::Effect::pure);
  h.agent.root = "here";

  EXPECT_TRUE(h.run().ok());

  auto stored = std::get<journal::Admitted>(h.entries().at(0).payload).agent;
  EXPECT_EQ(stored.at("root").as_string(), (std::filesystem::current_path() / "here").string());
}

TEST(Store, IsNeverTheReasonToFailARun) {  // [CK-16]
  Harness h(call_then_answer("act"));
  auto& act = h.add_tool("act", tool::Effect::irreversible);
  h.agent.max_runtime = Milliseconds(5'000);
  act.before_effect = [&] { h.journal.go_away(); };
  auto outcome = h.run();
  EXPECT_EQ(outcome.status, RunStatus::running);
  EXPECT_EQ(outcome.error_code, "store.unavailable");
}

}  // namespace
}  // namespace executus::run
