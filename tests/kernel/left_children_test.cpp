// Children whose parent stops being driven here before it is over: they go on, and the next process that drives the
// parent takes their results.
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/timing.hpp>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

class TwoAgents final : public SubAgents {
 public:
  std::optional<SubAgent> skill(std::string_view, std::string_view) override { return std::nullopt; }
  std::optional<SubAgent> agent(std::string_view name, std::string_view) override {
    Agent agent;
    agent.name = agent.system_prompt = agent.description = name;
    agent.root = "/";
    agent.max_runtime = Milliseconds(600'000);
    return SubAgent{agent, {}};
  }
};

// The parent asks both at once; each child takes its time to answer.
class FastAndSlowModel final : public llm::Model {
 public:
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver*) override {
    const auto& said = request.messages.back();
    if (request.system != "parent") {
      co_await sleep_for(takes.at(request.system));
      co_return says("found");
    }
    if (said.tool_results.empty())
      co_return calls({{"a", "agent__fast", R"({"prompt":"x"})"}, {"b", "agent__slow", R"({"prompt":"x"})"}});
    results.clear();
    for (const auto& result : said.tool_results) results.push_back(result.text);
    co_return says("done");
  }
  const std::string& target() const override { return target_; }

  std::map<std::string, Milliseconds> takes{{"fast", Milliseconds(100)}, {"slow", Milliseconds(5'000)}};
  std::vector<std::string> results;  // that the parent read last

 private:
  std::string target_ = "test/two";
};

// `when_fast_ended`: told before the parent settles the call.
struct FastAndSlow : Harness {
  FastAndSlow() : Harness([](std::size_t) { return says("unused"); }) {
    agent = {};
    agent.name = agent.system_prompt = "parent";
    agent.root = "/";
    agent.agents = {"fast", "slow"};
    reconfigure([this](ExecutorConfig& config) {
      config.models = &resolver;
      config.ports.sub_agents = &sub_agents;
      config.ports.observer = &observer;
    });
  }
  std::vector<RunStatus> children() {
    journal::RunFilter filter;
    filter.parent = "run";
    std::vector<RunStatus> found;
    for (const auto& row : loop.run(store->inner().list(filter))) found.push_back(row.status);
    return found;
  }

  std::function<void()> when_fast_ended;
  EntryObserver observer{[this](const journal::Entry& entry) {
    if (!std::holds_alternative<journal::Ended>(entry.payload) || !when_fast_ended) return;
    std::exchange(when_fast_ended, nullptr)();
  }};
  std::shared_ptr<FastAndSlowModel> both = std::make_shared<FastAndSlowModel>();
  OneModelResolver resolver{both};
  TwoAgents sub_agents;
};

// This worker slept past its lease, and another took the parent.
TEST(LeftChildren, GoOnWhenTheirParentIsTakenOver) {  // [DUR-29] [DUR-15]
  FastAndSlow run;
  std::unique_ptr<journal::JournalStore> other;
  run.when_fast_ended = [&] {
    run.journal.declare_dead(run.store->inner());
    other = run.journal.open_worker();
    auto row = run.loop.run(other->find(*RunId::parse("run")));
    ASSERT_TRUE(run.loop.run(other->claim(row->id, row->epoch)));
    run.store->renewed = true;
  };
  EXPECT_EQ(run.run().status, RunStatus::running);
  EXPECT_THAT(run.children(), Not(Contains(RunStatus::cancelled)));
  run.journal.declare_dead(*other);
  run.new_process();
  auto outcome = run.recover();
  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_THAT(run.both->results, ElementsAre("found", "found"));
}

TEST(LeftChildren, GoOnWhenTheStoreIsAwayOverTheirParentsDeadline) {  // [DUR-23] [DUR-29]
  FastAndSlow run;
  run.both->takes = {{"fast", Milliseconds(50'000)}, {"slow", Milliseconds(70'000)}};
  run.when_fast_ended = [&] {
    run.journal.go_away();
    (void)run.loop.call_at(run.loop.clock().mono() + Milliseconds(13'000), [&] { run.journal.come_back(); });
  };
  EXPECT_EQ(run.run().status, RunStatus::running) << "its max_runtime is over, but nobody could write that";
  run.loop.advance(Milliseconds(20'000));
  EXPECT_THAT(run.children(), Not(Contains(RunStatus::cancelled)));
}

TEST(LeftChildren, EndOnceTheirParentsEndIsDurable) {  // [DUR-29]
  FastAndSlow run;
  run.both->takes = {{"fast", Milliseconds(500'000)}, {"slow", Milliseconds(500'000)}};
  EXPECT_EQ(run.run().status, RunStatus::timeout);
  EXPECT_THAT(run.children(), ElementsAre(RunStatus::cancelled, RunStatus::cancelled));
}

}  // namespace
}  // namespace executus::run
