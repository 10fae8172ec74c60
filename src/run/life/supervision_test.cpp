#include "run/life/supervision.hpp"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/supervised_test.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(TimeLimit, IsTheCriticsWithinTheAbsoluteMaximum) {  // [CR-02] [CR-03] [CR-05]
  TimeLimits limits{5 * kMinute, 60 * kMinute};
  journal::CriticState none, extended;
  extended.extended = 10 * kMinute;
  EXPECT_EQ(time_limit(limits, std::nullopt, none), 5 * kMinute);
  EXPECT_EQ(time_limit(limits, 15 * kMinute, none), 15 * kMinute);
  EXPECT_EQ(time_limit(limits, 15 * kMinute, extended), 25 * kMinute);
  EXPECT_EQ(time_limit(limits, 100 * kMinute, none), 60 * kMinute);
  EXPECT_EQ(time_limit({90 * kMinute, 60 * kMinute}, 100 * kMinute, none), 90 * kMinute);
}

TEST(Supervision, OwnsTheDeadline) {  // [CR-02] [CR-06]
  Supervised run(10 * kMinute);
  EXPECT_TRUE(run.run().ok()) << "max_runtime is no hard limit here";
  EXPECT_EQ(run.critic.starts[0].soft, 5 * kMinute);
  EXPECT_EQ(run.critic.starts[0].info.run.str(), "run");
}

TEST(Supervision, WithoutACriticMaxRuntimeEndsTheRun) {  // [CR-01] [CR-04] [CR-05]
  for (int how = 0; how < 3; ++how) {
    Supervised run(10 * kMinute);
    if (how == 0) run.agent.critic.enabled = false;
    if (how == 1) run.critic.absent = true;
    if (how == 2) run.reconfigure(nullptr);
    EXPECT_EQ(run.run().status, RunStatus::timeout) << how;
  }
}

TEST(Supervision, TheBackstopIsATimeoutAndAKillIsAKill) {  // [CR-07] [RUN-25]
  Supervised backstop(20 * kMinute);
  EXPECT_EQ(backstop.run().status, RunStatus::timeout);
  Supervised killed(10 * kMinute);
  CriticDecision kill;
  kill.kill = true;
  kill.reason = "it goes in circles";
  killed.decide(7 * kMinute, kill);
  auto outcome = killed.run();
  EXPECT_EQ(outcome.status, RunStatus::killed);
  EXPECT_THAT(outcome.error, HasSubstr("it goes in circles"));
}

TEST(Supervision, ExtensionsMoveTheDeadline) {  // [CR-06] [DUR-11]
  Supervised run(20 * kMinute);
  CriticDecision extend;
  extend.extend_by = 10 * kMinute;
  run.decide(5 * kMinute, extend);
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(run.kinds(), Contains("criticised"));
}

TEST(Supervision, TheAbsoluteMaximumHolds) {  // [CR-03] [RUN-10]
  Supervised run(20 * kMinute);
  run.critic.backstop = 100 * kMinute;
  run.reconfigure([&](ExecutorConfig& config) {
    config.ports.critic = &run.critic;
    config.defaults.critic_absolute_max = 15 * kMinute;
  });
  EXPECT_EQ(run.run().status, RunStatus::timeout);
}

TEST(Supervision, TheAbsoluteMaximumIsADayUnlessTheHostSaysOtherwise) {  // [RUN-10] [CR-03]
  constexpr Milliseconds kDay = std::chrono::hours(24);
  EXPECT_EQ(Defaults().critic_absolute_max, kDay);
  for (auto said : {Milliseconds(0), Milliseconds(-1), kDay}) {
    Supervised run(std::chrono::hours(30));
    run.critic.backstop = std::chrono::hours(100);
    run.slow->change().timeout = std::chrono::hours(100);
    run.reconfigure([&](ExecutorConfig& config) {
      config.ports.critic = &run.critic;
      config.defaults.critic_absolute_max = said;
    });
    auto began = run.loop.clock().mono();
    EXPECT_EQ(run.run().status, RunStatus::timeout);
    EXPECT_EQ(run.loop.clock().mono() - began, kDay);
  }
}

TEST(Supervision, ACriticThatThrowsLeavesTheRunItsMaxRuntime) {  // [CR-08]
  Supervised calm(kMinute), late(10 * kMinute);
  calm.critic.throws = late.critic.throws = true;
  EXPECT_TRUE(calm.run().ok());
  EXPECT_EQ(late.run().status, RunStatus::timeout);
}

TEST(Supervision, FeedsStepsAndToolStartsAndStops) {  // [CR-09] [CR-13]
  Supervised run(kMinute);
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(run.critic.log, ElementsAre("step 1", "tool slow", "step 2", "stop"));
}

TEST(Supervision, NudgesAreHeardBeforeTheNextStep) {  // [CR-10] [DUR-13]
  Supervised run(kMinute);
  CriticDecision nudge;
  nudge.nudge = "come to an end";
  run.decide(Milliseconds(1'000), nudge);
  EXPECT_TRUE(run.run().ok());
  EXPECT_EQ(run.model->requests.back().messages.back().text(), "come to an end");
}

TEST(Supervision, TheCeilingIsAskedForBeforeEveryStep) {  // [CR-11] [AGT-08] [DUR-11]
  Supervised run(kMinute, 4);
  run.agent.max_iterations = 2;
  EXPECT_EQ(run.run("low").error_code, "run.max_steps");
  CriticDecision raise;
  raise.raise_steps_by = 3;
  run.decide(Milliseconds(1'000), raise);
  EXPECT_TRUE(run.run().ok());
}

TEST(Supervision, StateIsRestoredAfterACrash) {  // [DUR-11]
  Supervised run(20 * kMinute, 2);
  CriticDecision extend;
  extend.extend_by = 60 * kMinute;
  run.decide(5 * kMinute, extend);
  run.slow->before_effect = [&, crashes = 1]() mutable {
    if (run.world.effects.size() == 1 && crashes-- > 0) run.store->dead = true;
  };
  (void)run.run();
  run.new_process();
  auto outcome = run.recover();
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->ok()) << outcome->error;
  ASSERT_EQ(run.critic.starts.size(), 2u);
  EXPECT_EQ(run.critic.starts[1].so_far.extended, 60 * kMinute);
  EXPECT_EQ(run.critic.starts[1].so_far.extensions, 1);
}

// Everything a handle hears comes from one strand: never two calls at once, though the loop has threads.
TEST(Supervision, AHandleIsNeverCalledByTwoAtOnce) {  // [CR-12]
  struct Exclusive final : Critic {
    struct Handle final : CriticHandle {
      explicit Handle(Exclusive& all) : owner(all) {}
      struct Inside {
        explicit Inside(Exclusive& all) : owner(all) { owner.collisions += owner.inside.exchange(true); }
        ~Inside() { owner.inside = false; }
        Exclusive& owner;
      };
      Milliseconds limit() const override {
        Inside here(owner);
        return 15 * kMinute;
      }
      Task<CriticDecision> watch() override {
        for (;;) {
          {
            Inside here(owner);
          }
          co_await sleep_for(Milliseconds(1));
        }
      }
      void record_step(int, const llm::Response&) override { Inside here(owner); }
      void record_tool_start(const Activity&) override { Inside here(owner); }
      void record_progress() override { Inside here(owner); }
      void stop() override { Inside here(owner); }
      Exclusive& owner;
    };
    std::unique_ptr<CriticHandle> monitor(CriticStart) override { return std::make_unique<Handle>(*this); }
    std::atomic<bool> inside{false};
    std::atomic<int> collisions{0};
  } critic;
  auto loop = make_loop(4);
  World world;
  tool::Registry registry;
  auto look = std::make_shared<EffectTool>("look", tool::Effect::pure, world);
  registry.add(look);
  OneModelResolver models(std::make_shared<CountingModel>([](std::size_t turn) {
    return turn < 200 ? calls({{"c", "look", R"({"n":)" + std::to_string(turn) + "}"}}) : says("done");
  }));
  ExecutorConfig config;
  config.registry = &registry;
  config.models = &models;
  config.ports.critic = &critic;
  Executor executor(config);
  Agent agent;
  agent.tools = {"look"};
  agent.max_iterations = 1'000;
  agent.critic.enabled = true;
  Invocation invocation;
  EXPECT_TRUE(block_on(*loop, executor.run(agent, invocation)).ok());
  EXPECT_EQ(critic.collisions, 0);
}

TEST(Supervision, AKillHoldsAfterACrash) {  // [CR-07] [DUR-11]
  Supervised run(10 * kMinute);
  CriticDecision kill;
  kill.kill = true;
  kill.reason = "it goes in circles";
  run.decide(kMinute, kill);
  run.store->writes_left = 2;  // response, the critic's word; dies when it closes the run
  (void)run.run();
  run.new_process();
  auto outcome = run.recover();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, RunStatus::killed);
  EXPECT_THAT(outcome->error, HasSubstr("it goes in circles"));
}

}  // namespace
}  // namespace executus::run
