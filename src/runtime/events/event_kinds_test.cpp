// What happens to a run besides its steps, as a host sees it through the events of the facade.
#include <fstream>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/executus.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "run/supervised_test.hpp"

namespace executus {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSupersetOf;

struct HeldArguments {};
BOOST_DESCRIBE_STRUCT(HeldArguments, (), ())

// Summarises the first message, once in each conversation.
class OneSummary final : public Compactor {
 public:
  Task<Compaction> compact(CompactionRequest request) override {
    Compaction done;
    if (request.compacted == 0) done = {1, "in short", {}};
    co_return done;
  }
};

// An agent of two phases, of which the first calls a tool that waits; a prompt that is too long; a critic that nudges.
class EventKinds : public ::testing::Test {
 protected:
  EventKinds() {
    std::ofstream(folder_ / "script.yaml") << "turns:\n  - {calls: [{tool: act}]}\n  - {text: planned}\n";
    agent_.name = "test";
    agent_.model = "scripted/" + (folder_ / "script.yaml").string();
    agent_.tools = {"act"};
    agent_.phases = {{.name = "plan", .system_prompt = "Plan."},
                     {.name = "answer", .system_prompt = "Answer.", .tools = std::vector<std::string>{}}};
    agent_.max_runtime = std::chrono::hours(1);
    agent_.critic = {.enabled = true};
    critic_.decisions = {{Milliseconds(0), {.nudge = "hurry", .reason = "slow"}}};
    RuntimeOptions options;
    options.database = (folder_ / "runs.db").string();
    options.threads = 1;
    environment_.emplace(FixedEnvironment::Variables{{"EXECUTUS_MODEL_TIER_FAST", agent_.model}});
    options.environment = &*environment_;
    options.compactor = &compactor_;
    options.context_tokens[agent_.model] = 1'000;
    options.ports.critic = &critic_;
    runtime_.emplace(std::move(options));
    runtime_->tools().add(make_tool<HeldArguments>({.name = "act"}, [this](HeldArguments) { return act(); }));
  }
  Task<std::string> act() {
    co_await let_go_.wait();
    co_return "did it";
  }

  testing::TemporaryFolder folder_;
  Agent agent_;
  std::optional<FixedEnvironment> environment_;
  OneSummary compactor_;
  run::TestCritic critic_;
  OneShot<> let_go_;
  std::optional<Runtime> runtime_;
};

TEST_F(EventKinds, ShowCompactionCriticAndPhases) {  // [API-04]
  RunHandle run = runtime_->start(agent_, std::string(8'000, 'x')).get();
  std::vector<std::string> phases;
  std::string summary, nudge;
  std::set<std::string> kinds;
  for (const auto& event : run.events()) {
    kinds.insert(std::string(to_json(event).at("kind").as_string()));
    if (auto* started = event.as<journal::PhaseStarted>()) phases.push_back("> " + started->name);
    if (auto* ended = event.as<journal::PhaseEnded>()) phases.push_back("< " + ended->name);
    if (auto* compacted = event.as<journal::Compacted>()) summary = compacted->summary + compacted->error;
    if (auto* criticised = event.as<journal::Criticised>()) nudge = criticised->nudge, let_go_.set();
  }

  EXPECT_TRUE(run.wait().ok()) << run.wait().error;
  EXPECT_THAT(phases, ElementsAre("> plan", "< plan", "> answer", "< answer"));
  EXPECT_EQ(summary, "in short");
  EXPECT_EQ(nudge, "hurry");
  EXPECT_THAT(kinds, IsSupersetOf({"phase_started", "phase_ended", "compacted", "criticised"}));
}

}  // namespace
}  // namespace executus
