// A live incident, kept: a run that waited half an hour for the run below it was ended at its max_runtime, although
// that one was at work all the time. Here with the parts as shipped: executor, delegation, watchdog, escalator. The
// model the escalator asks answers "kill" to whatever it is asked.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/timing.hpp>
#include <executus/critic/critic.hpp>
#include <executus/critic/llm_escalator.hpp>

#include "run/harness_test.hpp"

namespace executus::critic {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A chain of agents: each asks the one its prompt names, the worker works.
llm::Response answer_in_chain(const llm::Request& request, std::size_t turn, std::size_t pieces_of_work) {
  if (request.system == "work")
    return turn < pieces_of_work ? run::calls({{"w", "work", R"({"piece":)" + std::to_string(turn) + "}"}})
                                 : run::says("all of it");
  return turn == 0 ? run::calls({{"c", "agent__" + request.system, R"({"prompt":"find out"})"}}) : run::says("done");
}

class NamedAgents final : public SubAgents {
 public:
  std::optional<SubAgent> skill(std::string_view, std::string_view) override { return std::nullopt; }
  std::optional<SubAgent> agent(std::string_view name, std::string_view) override {
    for (const auto& agent : agents)
      if (agent.name == name) return SubAgent{agent, {}};
    return std::nullopt;
  }
  std::vector<Agent> agents;
};

// Only the run above all others is watched; the worker spends `pieces` on its calls, one after the other.
struct WaitingFamily : run::Harness {
  explicit WaitingFamily(std::vector<Milliseconds> time_of_pieces)
      : Harness([count = time_of_pieces.size()](const llm::Request& request, std::size_t turn) {
          return answer_in_chain(request, turn, count);
        }),
        pieces(std::move(time_of_pieces)) {
    auto& work = add_tool("work", tool::Effect::pure);
    work.change().timeout = hours(5);
    work.around = [this](OneShot<>) { return sleep_for(pieces.at(begun++)); };
    sub_agents.agents = {asking("middle", "worker"), asking("worker", "")};
    sub_agents.agents[1].system_prompt = "work";
    sub_agents.agents[1].tools = {"work"};
    agent = asking("parent", "worker");
    agent.max_runtime = minutes(5);
    agent.critic = {true, 12};  // at most an hour
    reconfigure([this](ExecutorConfig& config) {
      config.ports.sub_agents = &sub_agents;
      config.ports.critic = &dog;
    });
    began = loop.clock().mono();
  }
  static Agent asking(std::string name, std::string below) {
    Agent agent;
    agent.name = std::move(name);
    agent.system_prompt = below;
    agent.agents = {std::move(below)};
    agent.root = "/";
    agent.max_runtime = hours(4);
    agent.max_iterations = 50;
    return agent;
  }

  Milliseconds passed() { return std::chrono::floor<Milliseconds>(loop.clock().mono() - began); }
  RunStatus status_of_child() {
    journal::RunFilter filter;
    filter.parent = "run";
    return loop.run(store->inner().list(filter)).at(0).status;
  }

  std::vector<Milliseconds> pieces;
  std::size_t begun = 0;
  MonoTime began{};
  NamedAgents sub_agents;
  std::shared_ptr<run::CountingModel> executioner = std::make_shared<run::CountingModel>(
      [](std::size_t) { return run::says(R"({"action":"kill","reason":"nothing moves"})"); });
  run::OneModelResolver critics_models{executioner};
  LlmEscalator escalator{critics_models};
  Watchdog dog{escalator};
};

TEST(Incident, AParentIsNotEndedWhileTheRunBelowItMakesProgress) {  // [CR-02] [CRB-02]
  WaitingFamily run(std::vector<Milliseconds>(10, minutes(3)));

  auto outcome = run.run();

  EXPECT_TRUE(outcome.ok()) << to_string(outcome.status) << ": " << outcome.error;
  EXPECT_EQ(run.passed(), minutes(30));
  EXPECT_THAT(run.executioner->requests, IsEmpty()) << "it was never idle, so nobody is to be asked";
}

TEST(Incident, NorWhileARunFurtherBelowDoes) {  // [CR-02] [CRB-02]
  WaitingFamily run(std::vector<Milliseconds>(10, minutes(3)));
  run.agent.system_prompt = "middle";
  run.agent.agents = {"middle"};

  auto outcome = run.run();

  EXPECT_TRUE(outcome.ok()) << to_string(outcome.status) << ": " << outcome.error;
  EXPECT_EQ(run.passed(), minutes(30));
  EXPECT_THAT(run.executioner->requests, IsEmpty());
}

TEST(Incident, ButIsWhenTheRunBelowItStandsStill) {  // [CR-02] [CR-07] [CRB-02] [CRB-03] [CRB-09]
  WaitingFamily run({minutes(30)});

  auto outcome = run.run();

  EXPECT_EQ(outcome.status, RunStatus::killed);
  EXPECT_THAT(outcome.error, HasSubstr("nothing moves"));
  EXPECT_EQ(run.passed(), minutes(5));
  EXPECT_THAT(run.executioner->requests, SizeIs(1));
  EXPECT_EQ(run.status_of_child(), RunStatus::cancelled);
}

TEST(Incident, AndWhenItStopsMakingProgress) {  // [CR-07] [CRB-02]
  std::vector<Milliseconds> pieces(4, minutes(3));
  pieces.emplace_back(minutes(18));
  WaitingFamily run(pieces);

  EXPECT_EQ(run.run().status, RunStatus::killed);

  EXPECT_EQ(run.passed(), minutes(12 + 5)) << "counted from the last sign of the run below";
}

}  // namespace
}  // namespace executus::critic
