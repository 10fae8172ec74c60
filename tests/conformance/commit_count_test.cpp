// What a run costs in fsynced transactions of the real store.
#include <atomic>
#include <string>

#include <gtest/gtest.h>

#include "journaled_run_test.hpp"

namespace executus {
namespace {

// Commits of one run with `steps` calls of a tool of that effect class before its answer.
int commits_of_a_run(int steps, tool::Effect effect) {
  std::atomic<int> commits = 0;
  {
    auto answer = [steps](std::size_t turn) {
      if (turn == static_cast<std::size_t>(steps)) return run::says("done");
      return run::calls({{"c", "act", "{\"i\":" + std::to_string(turn) + "}"}});
    };
    testing::JournaledRun run(effect, answer, [&] { ++commits; });
    EXPECT_TRUE(block_on(run.loop(), run.drive()).ok());
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
