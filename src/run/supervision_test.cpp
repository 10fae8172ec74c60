#include "run/supervision.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr Milliseconds kMinute{60'000};

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

// A critic that decides what it is told, when it is told to.
struct TestCritic final : Critic {
  struct Handle final : CriticHandle {
    explicit Handle(TestCritic& owner) : critic(owner) {}
    Milliseconds limit() const override {
      if (critic.throws) throw std::runtime_error("the critic is broken");
      return critic.backstop;
    }
    Task<CriticDecision> watch() override {
      if (critic.throws) throw std::runtime_error("the critic is broken");
      if (critic.decisions.empty()) {
        OneShot<> never;
        co_await never.wait();
      }
      auto [when, decision] = critic.decisions.front();
      critic.decisions.erase(critic.decisions.begin());
      co_await sleep_for(when);
      co_return decision;
    }
    void record_step(int iteration, const llm::Response&) override { critic.say("step " + std::to_string(iteration)); }
    void record_tool_start(const Activity& activity) override { critic.say("tool " + activity.tool); }
    void record_progress() override { critic.say("progress"); }
    void stop() override { critic.say("stop"); }
    TestCritic& critic;
  };
  std::unique_ptr<CriticHandle> monitor(CriticStart start) override {
    starts.push_back(start);
    if (absent) return nullptr;
    return std::make_unique<Handle>(*this);
  }
  void say(std::string line) { log.push_back(std::move(line)); }

  Milliseconds backstop = 15 * kMinute;
  std::vector<std::pair<Milliseconds, CriticDecision>> decisions;  // each so long after the one before
  bool absent = false, throws = false;
  std::vector<CriticStart> starts;
  std::vector<std::string> log;
};

// A supervised run whose tool takes its time.
struct Supervised : Harness {
  explicit Supervised(Milliseconds tool_time, int calls_before_answer = 1)
      : Harness([calls_before_answer](std::size_t turn) {
          std::string arguments = R"({"n":)" + std::to_string(turn) + "}";
          return static_cast<int>(turn) < calls_before_answer ? calls({{"c", "slow", arguments}}) : says("done");
        }) {
    slow = &add_tool("slow", tool::Effect::pure);
    slow->change().timeout = Milliseconds(100'000'000);
    slow->around = [tool_time](OneShot<>) { return sleep_for(tool_time); };
    agent.max_runtime = 5 * kMinute;
    agent.critic.enabled = true;
    reconfigure([this](ExecutorConfig& config) { config.ports.critic = &critic; });
  }
  void decide(Milliseconds after, CriticDecision decision) { critic.decisions.push_back({after, std::move(decision)}); }
  EffectTool* slow;
  TestCritic critic;
};

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

// --- phases

TEST(SupervisedPhases, HaveStepCapsOfTheirOwnWhateverTheCriticRaises) {  // [PH-16]
  Supervised run(kMinute, 100);
  run.agent.max_iterations = 3;
  run.agent.phases = {{"capped", "one"}, {"bare", "two"}};
  run.agent.phases[0].max_iterations = 2;
  CriticDecision raise;
  raise.raise_steps_by = 10;
  run.decide(Milliseconds(1'000), raise);
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  ASSERT_THAT(run.kinds(), Contains("criticised"));
  std::map<std::string, int> steps;
  for (const auto& request : run.model->requests) ++steps[request.system];
  EXPECT_EQ(steps["one"], 2) << "its own";
  EXPECT_EQ(steps["two"], 3) << "the agent's, as it has none";
}

TEST(SupervisedPhases, HearTheCriticInThePhaseThatRuns) {  // [PH-17] [CR-10]
  Supervised run(kMinute);
  run.agent.phases = {{"one", "one"}, {"two", "two"}};
  CriticDecision nudge;
  nudge.nudge = "come to an end";
  run.decide(kMinute + Milliseconds(1'000), nudge);  // in the second one
  EXPECT_TRUE(run.run().ok());
  int heard = 0;
  for (const auto& request : run.model->requests) {
    bool nudged = request.messages.back().text() == "come to an end";
    EXPECT_TRUE(!nudged || request.system == "two");
    heard += nudged;
  }
  EXPECT_EQ(heard, 1);
}

TEST(SupervisedPhases, ShareOneDeadlineWithAndWithoutACritic) {  // [PH-17] [CR-03] [CR-05]
  for (bool with_critic : {true, false}) {
    Supervised run(3 * kMinute);
    run.agent.critic.enabled = with_critic;
    run.critic.backstop = 5 * kMinute;
    run.agent.phases = {{"one", "one"}, {"two", "two"}};
    auto began = run.loop.clock().mono();
    auto outcome = run.run();
    EXPECT_EQ(outcome.status, RunStatus::timeout);
    ASSERT_EQ(outcome.phases.size(), 1u) << "no phase alone takes too long";
    EXPECT_EQ(outcome.phases[0].name, "one");
    EXPECT_EQ(run.loop.clock().mono() - began, 5 * kMinute);
  }
}

// Counts the steps an audit is told of.
struct StepAudit final : Audit {
  struct Record final : AuditRecord {
    explicit Record(StepAudit& a) : audit(a) {}
    void on_step(int iteration, const llm::Response& response) override {
      audit.steps.push_back(std::to_string(iteration) + " " + response.message.text());
    }
    Task<void> close(RunStats) override { co_return; }
    StepAudit& audit;
  };
  std::unique_ptr<AuditRecord> start_run(const RunInfo&) override { return std::make_unique<Record>(*this); }
  std::vector<std::string> steps;
};

TEST(SupervisedPhases, ABareCallIsAStepLikeAnyOther) {  // [PH-12] [CR-09]
  StepAudit audit;
  Supervised run(kMinute, 0);
  run.agent.phases = {{"one", "one"}, {"bare", "two"}, {"three", "three"}};
  run.agent.phases[1].kind = Phase::Kind::prompt;
  run.reconfigure([&](ExecutorConfig& config) {
    config.ports.critic = &run.critic;
    config.ports.audit = &audit;
  });
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.iterations, 3);
  EXPECT_EQ(run.critic.log.size(), 4u);
  EXPECT_THAT(run.critic.log, ElementsAre(StartsWith("step"), StartsWith("step"), StartsWith("step"), "stop"));
  EXPECT_THAT(audit.steps, ElementsAre(EndsWith("done"), EndsWith("done"), EndsWith("done")));
}

// --- the runs below

// A boss that asks a helper, which asks another one; neither helper has tools, so their answers are all that is seen.
struct SupervisedTree : Harness {
  struct Names final : Palette {
    std::optional<PaletteEntry> skill(std::string_view) override { return std::nullopt; }
    std::optional<PaletteEntry> agent(std::string_view name) override {
      Agent helper;
      helper.name = helper.system_prompt = name;
      helper.root = "/";
      helper.max_runtime = 1'000 * kMinute;
      if (name == "helper") helper.agents = {"helpers_helper"};
      helper.tools = tools;
      return PaletteEntry{helper, {}};
    }
    std::vector<std::string> tools;
  };
  explicit SupervisedTree(CountingModel::Answer answer) : Harness(std::move(answer)) {
    agent.system_prompt = "boss";
    agent.agents = {"helper"};
    agent.max_runtime = 5 * kMinute;
    agent.critic.enabled = true;
    reconfigure([this](ExecutorConfig& config) {
      config.ports.critic = &critic;
      config.ports.palette = &palette;
    });
  }
  static llm::Response ask(std::string name) { return calls({{"c", "agent__" + name, R"({"prompt":"go on"})"}}); }
  TestCritic critic;
  Names palette;
};

// Writes what the run at the bottom does into the critic's log, where it stands among what the critic is told.
struct DeepestRun final : RunObserver {
  explicit DeepestRun(TestCritic& c) : critic(c) {}
  void on_entry(const RunId& run, const journal::Entry& entry) override {
    runs.insert(run.str());
    if (runs.size() < 3) return;
    if (std::holds_alternative<journal::Responded>(entry.payload)) critic.say("it answers");
    if (std::holds_alternative<journal::Ended>(entry.payload) && !std::exchange(over, true)) critic.say("it ends");
  }
  TestCritic& critic;
  std::set<std::string> runs;
  bool over = false;
};

TEST(SupervisedTree, AnswersFarBelowAreActivity) {  // [CR-09] [RUN-38]
  SupervisedTree run([](const llm::Request& request, std::size_t turn) {
    if (request.system == "helpers_helper" || turn > 0) return says("done");
    return SupervisedTree::ask(request.system == "boss" ? "helper" : "helpers_helper");
  });
  DeepestRun deepest(run.critic);
  auto before = run.configure;
  run.reconfigure([&](ExecutorConfig& config) {
    before(config);
    config.ports.observer = &deepest;
  });
  EXPECT_TRUE(run.run().ok());
  auto answers = std::ranges::find(run.critic.log, "it answers");
  ASSERT_LT(run.critic.log.end() - answers, 1'000);
  ASSERT_GE(run.critic.log.end() - answers, 3);
  EXPECT_EQ(answers[1], "progress") << "of a run two below";
  EXPECT_EQ(answers[2], "it ends");
}

TEST(SupervisedTree, CallsBelowAreActivity) {  // [CR-09] [RUN-38]
  SupervisedTree run([](const llm::Request& request, std::size_t turn) {
    if (turn > 0) return says("done");
    return request.system == "boss" ? SupervisedTree::ask("helper") : calls({{"l", "look", "{}"}});
  });
  run.add_tool("look", tool::Effect::pure);
  run.palette.tools = {"look"};

  EXPECT_TRUE(run.run().ok());

  EXPECT_THAT(run.critic.log, ElementsAre("step 1", "tool agent__helper", "progress", "progress", "progress",
                                          "progress", "step 2", "stop"))
      << "two responses, a call that begins and ends";
}

Task<void> drive_claimed(Executor& executor, journal::RunRow claimed) {
  (void)co_await executor.resume(std::move(claimed));
}

// The child lives in another process; its parent only sees its row move.
TEST(SupervisedTree, AChildThatAnotherProcessDrivesIsWatchedToo) {  // [CR-09] [DUR-29]
  SupervisedTree run([](const llm::Request& request, std::size_t turn) {
    if (request.system == "boss") return turn == 0 ? SupervisedTree::ask("helper") : says("done");
    return turn < 4 ? calls({{"c", "slow", R"({"n":)" + std::to_string(turn) + "}"}}) : says("found");
  });
  auto slow = std::make_shared<EffectTool>("slow", tool::Effect::pure, run.world);
  slow->change().timeout = 10 * kMinute;
  slow->around = [](OneShot<>) { return sleep_for(kMinute); };
  run.add(slow);
  run.agent.tools.clear();
  run.palette.tools = {"slow"};
  run.store->writes_left = 2;  // the response, the intent with the child; dies there
  (void)run.run();
  run.new_process();

  auto elsewhere = run.journal.open_worker();
  tool::Registry registry;
  registry.add(slow);
  OneModelResolver models(run.model);
  ExecutorConfig config;
  config.registry = &registry;
  config.models = &models;
  config.ports.journal = elsewhere.get();
  config.ports.palette = &run.palette;
  Executor executor(config);
  journal::RunFilter below;
  below.parent = "run";
  auto child = run.loop.run(elsewhere->list(below)).at(0);
  auto claimed = run.loop.run(elsewhere->claim(child.id, child.epoch));
  ManualGroup group(run.loop);
  group.spawn(drive_claimed(executor, *claimed));
  run.loop.run_ready();
  run.critic.log.clear();
  auto outcome = run.recover();
  group.join();

  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->ok()) << outcome->error;
  EXPECT_EQ(run.total_effects(), 4);
  EXPECT_GE(std::ranges::count(run.critic.log, "progress"), 4);
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
