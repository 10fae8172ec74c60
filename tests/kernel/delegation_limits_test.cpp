// How deep runs may call runs, and how many; no run calls one that is above it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/family_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::HasSubstr;

TEST(Delegation, RefusesLoops) {  // [COR-14] [COR-17]
  Family run([](const llm::Request& request, std::size_t turn) {
    if (turn == 0) return calls({{"c", "agent__researcher", R"({"prompt":"go on"})"}});
    return says(request.messages.back().tool_results[0].text);
  });
  run.sub_agents.agents["researcher"].agent.agents = {"researcher"};
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(outcome.output, HasSubstr("researcher"));
  EXPECT_EQ(run.children().size(), 1u) << "the child must not call itself";
}

// boss -> a -> b -> c -> d, each asking the next as long as there is one.
struct Chain : Family {
  Chain()
      : Family([](const llm::Request& request, std::size_t turn) {
          bool asks = turn == 0 && request.tools.size() > 0;
          if (!asks) return says(turn == 0 ? "the end" : request.messages.back().tool_results[0].text);
          const auto& next = (*request.tools.begin()).name;
          bool delegates = next.starts_with("agent__");
          return calls({{"c", next, delegates ? R"({"prompt":"go on"})" : "{}"}});
        }) {
    agent = named("boss", "parent");
    agent.agents = {"a"};
    for (std::string name : {"a", "b", "c", "d"}) {
      auto one = named(name, name);
      if (name != "d") one.agents = {std::string(1, static_cast<char>(name[0] + 1))};
      sub_agents.agents[name] = {one, {}};
    }
  }
  void limit(DelegationLimits limits) {
    reconfigure([this, limits](ExecutorConfig& config) {
      config.ports.sub_agents = &sub_agents;
      config.delegation = limits;
    });
  }
  std::size_t runs() { return loop.run(store->inner().list({})).size(); }
};

TEST(Delegation, GoesAsDeepAsTheHostAllows) {  // [COR-15] [COR-17]
  Chain run;
  EXPECT_EQ(run.run().output, "the end");
  EXPECT_EQ(run.runs(), 5u);
  for (int depth : {1, 2, 3}) {
    Chain limited;
    limited.limit({depth, 100});
    EXPECT_THAT(limited.run().output, HasSubstr(std::to_string(depth))) << "the model is told why";
    EXPECT_EQ(limited.runs(), 1u + static_cast<std::size_t>(depth));
  }
  Chain senseless;
  senseless.limit({0, -1});
  EXPECT_EQ(senseless.run().output, "the end") << "as if nothing had been said";
}

TEST(Delegation, HasNoMoreDescendantsThanTheHostAllows) {  // [COR-16] [COR-17]
  Chain run;
  run.limit({5, 2});
  EXPECT_THAT(run.run().output, HasSubstr("2"));
  EXPECT_EQ(run.runs(), 3u);
}

// What another process let in counts, and keeps its place.
TEST(Delegation, HasNoMoreDescendantsAfterACrash) {  // [COR-16] [DUR-24]
  auto twice = [](const llm::Request& request, std::size_t turn) {
    if (request.system != "parent" || turn == 2) return says("done");
    return calls({{"c", "agent__researcher", R"({"prompt":")" + std::to_string(turn) + "\"}"}});
  };
  auto one_descendant = [&] {
    auto run = std::make_unique<Family>(twice);
    run->reconfigure([family = run.get()](ExecutorConfig& config) {
      config.ports.sub_agents = &family->sub_agents;
      config.delegation = {5, 1};
    });
    return run;
  };
  auto calm = one_descendant();
  auto whole = calm->run();
  ASSERT_EQ(calm->children().size(), 1u);
  die_at_every_write(one_descendant, whole, [](Family&) {});
}

// Whose process dies as the child's model answers; the child is then recovered alone.
struct RecoveredChild : Family {
  explicit RecoveredChild(DelegationLimits limits)
      : Family([this](const llm::Request& request, std::size_t turn) {
          if (request.system == "child" && turn == 0 && !std::exchange(died, true)) store->dead = true;
          if (turn > 0) return says(request.messages.back().tool_results[0].text);
          const char* next = request.system == "child" ? "agent__next" : "agent__researcher";
          return calls({{"c", next, R"({"prompt":"go on"})"}});
        }) {
    sub_agents.agents["researcher"].agent.agents = {"next"};
    reconfigure([this, limits](ExecutorConfig& config) {
      config.ports.sub_agents = &sub_agents;
      config.delegation = limits;
    });
  }
  RunOutcome recover_child() {
    (void)run();
    new_process();
    return *recover(children().at(0).id.str());
  }
  bool died = false;
};

TEST(Delegation, ARecoveredChildMayNotCallWhoIsAboveIt) {  // [DUR-29] [COR-14]
  RecoveredChild run({5, 100});
  run.sub_agents.agents["next"] = {named("boss", "parent"), {}};
  auto outcome = run.recover_child();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_THAT(outcome.output, HasSubstr("boss"));
  EXPECT_EQ(run.loop.run(run.store->list({})).size(), 2u) << "the parent and the child, and nobody below";
}

TEST(Delegation, ARecoveredChildKnowsHowDeepItIs) {  // [DUR-29] [COR-15]
  for (auto [depth, runs] : {std::pair{1, 2u}, std::pair{2, 3u}}) {
    RecoveredChild run({depth, 100});
    run.sub_agents.agents["next"] = {named("other", "grandchild"), {}};
    auto outcome = run.recover_child();
    ASSERT_TRUE(outcome.ok()) << outcome.error;
    EXPECT_EQ(run.loop.run(run.store->list({})).size(), runs) << "depth " << depth;
  }
}

}  // namespace
}  // namespace executus::run
