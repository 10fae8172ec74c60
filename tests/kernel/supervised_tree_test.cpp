// The runs below a run that a critic watches: what they do is its activity.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/supervised_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;

// A boss that asks a helper, which asks another one; neither helper has tools, so their answers are all that is seen.
struct SupervisedTree : Harness {
  struct Names final : SubAgents {
    std::optional<SubAgent> skill(std::string_view, std::string_view) override { return std::nullopt; }
    std::optional<SubAgent> agent(std::string_view name, std::string_view) override {
      Agent helper;
      helper.name = helper.system_prompt = name;
      helper.root = "/";
      helper.max_runtime = 1'000 * kMinute;
      if (name == "helper") helper.agents = {"helpers_helper"};
      helper.tools = tools;
      return SubAgent{helper, {}};
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
      config.ports.sub_agents = &sub_agents;
    });
  }
  static llm::Response ask(std::string name) { return calls({{"c", "agent__" + name, R"({"prompt":"go on"})"}}); }
  TestCritic critic;
  Names sub_agents;
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
  run.sub_agents.tools = {"look"};

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
  run.sub_agents.tools = {"slow"};
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
  config.ports.sub_agents = &run.sub_agents;
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

}  // namespace
}  // namespace executus::run
