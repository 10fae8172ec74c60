// What a run costs in fsynced transactions of the real store.
#include <atomic>
#include <chrono>
#include <filesystem>

#include <gtest/gtest.h>

#include <executus/store/sqlite.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "run/harness_test.hpp"

namespace executus {
namespace {

// Commits of one run with `steps` calls of a tool of that effect class before its answer. Deferred entries wait for the
// next append however slow the machine is.
int commits_of_a_run(int steps, tool::Effect effect) {
  const testing::TemporaryFolder folder;
  std::atomic<int> commits = 0;
  {
    sqlite::Options options{folder / "j.db"};
    options.on_commit = [&] { ++commits; };
    options.deferral = std::chrono::hours(1);
    auto store = sqlite::open_store(std::move(options));
    auto loop = make_loop(1);
    run::World world;
    tool::Registry registry;
    registry.add(std::make_shared<run::EffectTool>("act", effect, world));
    run::OneModelResolver models(std::make_shared<run::CountingModel>([steps](std::size_t turn) {
      if (turn == static_cast<std::size_t>(steps)) return run::says("done");
      return run::calls({{"c", "act", "{\"i\":" + std::to_string(turn) + "}"}});
    }));
    ExecutorConfig config;
    config.registry = &registry;
    config.models = &models;
    config.ports.journal = store.get();
    Executor executor(std::move(config));
    Agent agent;
    agent.name = "test";
    agent.root = "/";
    agent.tools = {"act"};
    Invocation invocation;
    invocation.prompt = "please";
    EXPECT_TRUE(block_on(*loop, executor.run(agent, invocation)).ok());
  }
  return commits;
}

TEST(CommitCount, APlainStepCostsOneCommitOfTheRealStore) {  // [DUR-03]
  EXPECT_EQ(commits_of_a_run(8, tool::Effect::pure) - commits_of_a_run(3, tool::Effect::pure), 5);
}

TEST(CommitCount, AStepWithOneGatedCallCostsTwo) {  // [DUR-03]
  EXPECT_EQ(commits_of_a_run(8, tool::Effect::irreversible) - commits_of_a_run(3, tool::Effect::irreversible), 10);
}

}  // namespace
}  // namespace executus
