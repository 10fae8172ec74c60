// One new run id is submitted by several threads of two processes' stores at once, on one SQLite journal. Which thread
// is first is chance; that there is one run, and that no session stays, is not.
#include <atomic>
#include <barrier>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <executus/store/sqlite.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "run/harness_test.hpp"

namespace executus {
namespace {

constexpr int kSubmitters = 4, kIds = 3;

class CountedTool final : public tool::Tool {
 public:
  explicit CountedTool(std::atomic<int>& effects) : effects_(effects) {
    info_.spec = {"snap", "Counts.", {{"type", "object"}}};
    info_.effect = tool::Effect::keyed;
  }
  const tool::ToolInfo& info() const override { return info_; }
  Task<tool::Outcome> call(tool::Call) override {
    ++effects_;
    co_return tool::Outcome(tool::Done{"did it", {}});
  }

 private:
  std::atomic<int>& effects_;
  tool::ToolInfo info_;
};

// A process: an executor with a store of its own on the same file, and sessions that are counted.
class Host final : public Sessions {
 public:
  explicit Host(const std::filesystem::path& file) : store_(sqlite::open_store({file})) {
    ExecutorConfig config;
    config.registry = &registry_;
    config.models = &models_;
    config.ports.journal = store_.get();
    config.ports.sessions = this;
    executor_ = std::make_unique<Executor>(std::move(config));
  }
  SessionFactory for_run(const RunInfo&) override {
    return [this](std::shared_ptr<Session> session) {
      ++open;
      std::lock_guard lock(mutex_);
      ++made_[session->info().run.str()];
      return SessionTools{{std::make_shared<CountedTool>(effects)}, {}, [this] { --open; }};
    };
  }
  RunOutcome run(Loop& loop, const std::string& id) {
    Agent agent;
    agent.name = "test";
    agent.root = "/";
    Invocation invocation;
    invocation.run_id = *RunId::parse(id);
    invocation.prompt = "please";
    return block_on(loop, executor_->run(std::move(agent), std::move(invocation)));
  }
  int made(const std::string& id) {
    std::lock_guard lock(mutex_);
    return made_[id];
  }
  journal::JournalStore& store() { return *store_; }

  std::atomic<int> open = 0, effects = 0;

 private:
  std::mutex mutex_;
  std::map<std::string, int> made_;
  tool::Registry registry_;
  run::OneModelResolver models_{std::make_shared<run::CountingModel>(
      [](std::size_t turn) { return turn == 0 ? run::calls({{"c", "snap", "{}"}}) : run::says("done"); })};
  std::unique_ptr<journal::JournalStore> store_;
  std::unique_ptr<Executor> executor_;
};

TEST(SameSubmission, FromSeveralThreadsAndProcessesIsOneRun) {  // [DUR-28] [SES-04]
  const testing::TemporaryFolder folder;
  Host first(folder / "j.db"), second(folder / "j.db");
  std::mutex mutex;
  std::vector<RunOutcome> outcomes;
  {
    std::barrier together(kSubmitters);
    std::vector<std::jthread> threads;
    for (int i = 0; i < kSubmitters; ++i)
      threads.emplace_back([&, i] {
        auto loop = make_loop(1);
        for (int n = 0; n < kIds; ++n) {
          together.arrive_and_wait();
          auto outcome = (i % 2 == 0 ? first : second).run(*loop, "run-" + std::to_string(n));
          std::lock_guard lock(mutex);
          outcomes.push_back(std::move(outcome));
        }
      });
  }
  ASSERT_EQ(outcomes.size(), std::size_t{kSubmitters * kIds});
  for (const auto& outcome : outcomes) {
    EXPECT_TRUE(outcome.ok()) << outcome.error;
    EXPECT_EQ(outcome.output, "done");
  }
  EXPECT_EQ(first.effects + second.effects, kIds);
  EXPECT_EQ(first.open + second.open, 0) << "a session is left over";
  auto loop = make_loop(1);
  for (int n = 0; n < kIds; ++n) {
    auto id = "run-" + std::to_string(n);
    EXPECT_LE(first.made(id), 1) << id;
    EXPECT_LE(second.made(id), 1) << id;
    EXPECT_GE(first.made(id) + second.made(id), 1) << id;
    EXPECT_EQ(block_on(*loop, first.store().find(*RunId::parse(id)))->attempts, 1);
  }
}

}  // namespace
}  // namespace executus
