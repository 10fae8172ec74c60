// What a run asks of its store in each mode.
#include <algorithm>

#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

// A run with a step of its own, a pure call and a gated one; which appends it wanted synced whatever the mode.
struct ModeRun : Harness {
  ModeRun() : Harness([this](std::size_t turn) { return model_answer(turn); }) {
    add_tool("look", tool::Effect::pure);
    add_tool("act", tool::Effect::irreversible);
    agent.durability = Durability::relaxed;
    store->on_append = [this](const journal::Append& append) { note(append); };
  }
  static llm::Response answer(std::size_t turn) {
    if (turn == 0) return calls({{"a", "look", "{}"}});
    if (turn == 1) return calls({{"b", "act", "{}"}});
    return says("done");
  }
  void note(const journal::Append& append) {
    std::string line = append.sync == journal::Sync::always ? "synced:" : "";
    for (const auto& entry : append.entries) line += " " + std::string(journal::kind_name(kind_of(entry.payload)));
    appends.push_back(line);
  }
  std::vector<std::string> appends;
  std::function<llm::Response(std::size_t)> model_answer = answer;
};

TEST(RelaxedMode, SyncsIntentsAndOutcomesOfGatedCalls) {  // [DUR-19] [DUR-03]
  ModeRun run;
  ASSERT_TRUE(run.run().ok());

  bool intent_synced = false, outcome_synced = false;
  for (const auto& line : run.appends) {
    bool synced = line.starts_with("synced:");
    intent_synced = intent_synced || (synced && line.ends_with(" intended"));
    outcome_synced = outcome_synced || (synced && line.ends_with(" settled"));
    EXPECT_TRUE(synced || line.find("intended") == std::string::npos) << line;
  }
  EXPECT_TRUE(intent_synced && outcome_synced) << ::testing::PrintToString(run.appends);
  EXPECT_FALSE(run.appends.back().starts_with("synced:")) << "a plain boundary is left to the mode";
}

// What a gated call waits for is as durable as its outcome.
TEST(RelaxedMode, SyncsThatAGatedCallParks) {  // [DUR-19] [DUR-43]
  for (auto effect : {tool::Effect::keyed, tool::Effect::pure}) {
    ModeRun run;
    auto& nap = run.add_tool("nap", effect);
    nap.act = [] { return tool::Outcome(tool::ParkFor{std::chrono::hours(1)}); };
    run.model_answer = [](std::size_t) { return calls({{"a", "nap", "{}"}}); };
    ASSERT_EQ(run.run().reason, "timer");
    EXPECT_EQ(std::ranges::count(run.appends, "synced: parked"), effect == tool::Effect::keyed ? 1 : 0)
        << ::testing::PrintToString(run.appends);
  }
}

}  // namespace
}  // namespace executus::run
