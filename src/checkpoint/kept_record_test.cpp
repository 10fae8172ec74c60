// What the record of a run brings along, and a conversation from elsewhere without one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkpoint/snapshot_host_test.hpp"

namespace executus::checkpoint {
namespace {

using run::calls;
using run::says;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(RecoveredRun, GoesOnCountingUsageAndTime) {  // [DUR-11]
  SnapshotHost host(two_steps());
  host.look->act = [&] {
    host.loop.manual_clock().advance(Milliseconds(3'000));
    return tool::Done{"did it", {}};
  };
  host.interrupt_in_tool();
  auto record = host.interrupted().at(0);
  EXPECT_EQ(record.elapsed, Milliseconds(6'000));
  auto outcome = host.resume(record);
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.usage.input, 30);
  EXPECT_EQ(outcome.iterations, 3);

  host.agent.max_runtime = Milliseconds(6'000);
  host.model->wait.emplace();
  auto before = host.loop.clock().mono();
  EXPECT_EQ(host.resume(record).status, RunStatus::timeout);
  EXPECT_EQ(host.loop.clock().mono(), before) << "its time was used up before";
}

struct PatientCritic final : Critic {
  struct Handle final : CriticHandle {
    Milliseconds limit() const override { return std::chrono::hours(1); }
    Task<CriticDecision> watch() override {
      OneShot<> never;
      co_await never.wait();
      co_return CriticDecision{};
    }
    void record_step(int, const llm::Response&) override {}
    void record_tool_start(const Activity&) override {}
    void record_progress() override {}
    void stop() override {}
  };
  std::unique_ptr<CriticHandle> monitor(CriticStart start) override {
    so_far = start.so_far;
    return std::make_unique<Handle>();
  }
  journal::CriticState so_far;
};

TEST(RecoveredRun, KnowsWhatItsCriticDecidedAndWhatItsCallsHandedIn) {  // [DUR-11] [RUN-39] [IO-11]
  SnapshotHost host(two_steps());
  PatientCritic critic;
  host.more = [&](ExecutorConfig& config) { config.ports.critic = &critic; };
  host.new_process();
  host.agent.critic.enabled = true;
  host.look->act = [] {
    tool::Done done{"did it", {}};
    done.artifacts = {{"a.png", "image/png", "pixels"}};
    done.submitted = "the answer";
    return done;
  };
  host.interrupt_at = 1;
  host.interrupt_in_tool();
  host.look->act = nullptr;
  auto record = run_checkpoint_from_json(to_json(host.interrupted().at(0)));
  record.past.critic.steps_raised = 7;

  auto outcome = host.resume(record);

  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(critic.so_far.steps_raised, 7);
  EXPECT_EQ(outcome.output, "the answer");
  ASSERT_THAT(outcome.artifacts, SizeIs(1));
  EXPECT_EQ(outcome.artifacts[0].bytes, "pixels");
}

TEST(RecoveredRun, StartsItsPhasesWithTheImagesOfItsRecord) {  // [CK-05] [CK-12]
  SnapshotHost host([](const llm::Request& request, std::size_t turn) {
    if (turn == 0) return calls({{"c", "look", R"({"phase":")" + request.system + "\"}"}});
    return says(request.system + "!");
  });
  host.agent.phases = {{"one", "1"}, {"two", "2"}};
  auto invocation = host.invocation("run");
  invocation.images = {{"bytes", "image/png"}};
  CancelScope scope;
  host.look->before_effect = [&, n = 0]() mutable {
    if (++n == 2) scope.cancel({Cause::shutdown, ""});
  };
  (void)host.loop.run(host.in_scope(scope, host.executor->run(host.agent, std::move(invocation))));
  host.look->before_effect = nullptr;
  auto asked = host.model->requests.size();

  ASSERT_TRUE(host.resume(host.interrupted().at(0)).ok());

  const auto& first = host.model->requests.at(asked).messages[0];
  EXPECT_EQ(first.text(), "please");
  ASSERT_EQ(first.parts.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<llm::Image>(first.parts[1]));
}

struct PhasedHost : SnapshotHost {
  PhasedHost()
      : SnapshotHost([](const llm::Request& request, std::size_t turn) {
          return request.system == "2" && turn == 0 ? calls({{"c", "pay", "{}"}}) : says(request.system + "!");
        }) {
    agent.phases = {{"one", "1"}, {"two", "2"}};
    add_tool("pay", tool::Effect::irreversible);
  }
};

TEST(RecoveredRun, WhosePhasesAreAllCompletedEndsWithTheLastOutput) {  // [CK-11]
  PhasedHost host;
  RunCheckpoint record;
  record.meta.run_id = *RunId::parse("run");
  record.messages.push_back(llm::user_message("please"));
  record.past.phases = {{0, "one", journal::PhaseEnd::completed, "1!", ""},
                        {1, "two", journal::PhaseEnd::completed, "2!", ""}};
  auto outcome = host.resume(record);
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, "2!");
  EXPECT_THAT(outcome.phases, SizeIs(2));
  EXPECT_THAT(host.model->requests, IsEmpty());
  EXPECT_THAT(host.interrupted(), IsEmpty());
}

TEST(RecoveredRun, OfAnAgentThatLostPhasesSaysSo) {  // [CK-11] [CK-17]
  for (std::size_t left : {1u, 0u}) {
    PhasedHost host;
    RunCheckpoint record;
    record.meta.run_id = *RunId::parse("run");
    record.messages.push_back(llm::user_message("please"));
    record.past.phases = {{0, "one", journal::PhaseEnd::completed, "1!", ""},
                          {1, "two", journal::PhaseEnd::completed, "2!", ""}};
    host.loop.run(host.store.save(record));
    host.agent.phases.resize(left);
    auto outcome = host.resume(record);
    EXPECT_EQ(outcome.error_code, "run.phases");
    EXPECT_THAT(outcome.error, HasSubstr("'one', 'two'"));
    EXPECT_THAT(outcome.error, HasSubstr("agent 'test'"));
    EXPECT_THAT(host.interrupted(), IsEmpty());
  }
}

TEST(RecoveredRun, ThatWasOverRunsNothingAgain) {  // [CK-18] [CK-22] [DUR-05]
  PhasedHost host;
  host.store.keeps_all = true;
  EXPECT_TRUE(host.run().ok());
  EXPECT_EQ(host.total_effects(), 1);
  auto record = host.interrupted().at(0);
  auto asked = host.model->requests.size();
  host.store.keeps_all = false;
  host.new_process();

  auto outcome = host.resume(record);

  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.output, "2!");
  EXPECT_EQ(host.total_effects(), 1) << "an irreversible call happens once";
  EXPECT_EQ(host.model->requests.size(), asked);
  EXPECT_THAT(host.interrupted(), IsEmpty());
}

TEST(KeptConversation, BeginsARecordThatHasIt) {  // [CK-01] [DUR-11]
  SnapshotHost host(two_steps());
  auto invocation = host.invocation("run");
  ResumeState resume;
  resume.history = {llm::user_message("q"),
                    llm::assistant_message("", {{"c0", "look", R"({"n":0})"}}),
                    {llm::Role::tool, {}, {}, {{"c0", "look", "a cat", {}, false}}}};
  resume.past.iteration = 1;
  resume.past.usage = {70, 7, 0, 0, 0};
  resume.elapsed = Milliseconds(1'000);
  invocation.resume = resume;
  CancelScope scope;
  host.look->before_effect = [&] { scope.cancel({Cause::shutdown, ""}); };
  (void)host.loop.run(host.in_scope(scope, host.executor->run(host.agent, invocation)));
  host.look->before_effect = nullptr;

  EXPECT_THAT(host.counting.begun, ElementsAre("run"));
  auto record = host.interrupted().at(0);
  EXPECT_THAT(texts_of(record.messages), ElementsAre("q", "", "[a cat]", "", "[did it]"));
  EXPECT_EQ(record.past.iteration, 2);
  EXPECT_EQ(record.past.usage.input, 80);
  EXPECT_EQ(record.elapsed, Milliseconds(1'000));

  auto outcome = host.resume(record);
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.iterations, 3);
  EXPECT_EQ(outcome.usage.input, 90);
}

TEST(NullStore, ARunInDoubtEndsInAnErrorThatListsTheCalls) {  // [CK-25] [DUR-06]
  SnapshotFactory nothing(nullptr);
  SnapshotHost host([](std::size_t turn) { return turn == 0 ? calls({{"c-17", "pay", "{}"}}) : says("done"); });
  host.add_tool("pay", tool::Effect::irreversible).act = [] { return tool::Unknown{"the connection was cut"}; };
  host.more = [&](ExecutorConfig& config) { config.ports.checkpointers = &nothing; };
  host.new_process();
  auto outcome = host.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_EQ(outcome.error_code, "run.cannot_wait");
  EXPECT_THAT(outcome.error, HasSubstr("c-17 of 'pay'"));
  ASSERT_THAT(outcome.tool_calls, SizeIs(1));
  EXPECT_EQ(outcome.tool_calls[0].state, llm::CallState::in_doubt);
}

}  // namespace
}  // namespace executus::checkpoint
