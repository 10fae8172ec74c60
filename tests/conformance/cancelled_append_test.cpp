// A run on an SQLite journal that is cancelled while an append of it waits in the writer: it learns that append's fate
// before it ends, so its last entries follow without a gap.
#include <atomic>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <executus/journal/checkpoint.hpp>
#include <executus/store/sqlite.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "run/harness_test.hpp"

namespace executus {
namespace {

Task<void> nothing() { co_return; }

// One run of a gated call and an answer. The writer's thread tells of every commit before the run hears of it.
class Committed {
 public:
  // Cancels the run during its `at`-th commit.
  explicit Committed(int at) {
    sqlite::Options options{folder_ / "j.db"};
    options.on_commit = [this, at] {
      if (++commits_ == at) cancel();
    };
    store_ = sqlite::open_store(std::move(options));
    act_ = std::make_shared<run::EffectTool>("act", tool::Effect::keyed, world_);
    registry_.add(act_);
  }

  RunOutcome run() {
    ExecutorConfig config;
    config.registry = &registry_;
    config.models = &models_;
    config.ports.journal = store_.get();
    Executor executor(std::move(config));
    Agent agent;
    agent.name = "test";
    agent.root = "/";
    agent.tools = {"act"};
    Invocation invocation;
    invocation.run_id = id_;
    invocation.prompt = "please";
    std::promise<RunOutcome> promise;
    auto future = promise.get_future();
    RootGroup group(*loop_);
    handle_.set_value(group.spawn(detail::fulfil(executor.run(std::move(agent), std::move(invocation)), promise)));
    return future.get();
  }
  std::vector<journal::Entry> entries() { return block_on(*loop_, store_->read(id_, 0, 1'000)); }
  std::optional<journal::RunRow> row() { return block_on(*loop_, store_->find(id_)); }
  int commits() const { return commits_; }
  int effects() const { return static_cast<int>(world_.effects.size()); }

 private:
  // Returns when the run has heard it: it waits for this commit's answer, and the loop has one thread.
  void cancel() {
    handle_.get_future().get().cancel({Cause::caller, "as the test says"});
    block_on(*loop_, nothing());
  }

  const testing::TemporaryFolder folder_;
  const RunId id_ = *RunId::parse("run");
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::promise<RootHandle> handle_;
  run::World world_;
  std::shared_ptr<run::EffectTool> act_;
  tool::Registry registry_;
  std::shared_ptr<run::CountingModel> model_ = std::make_shared<run::CountingModel>(
      [](std::size_t turn) { return turn == 0 ? run::calls({{"c", "act", "{}"}}) : run::says("done"); });
  run::OneModelResolver models_{model_};
  std::atomic<int> commits_ = 0;
  std::unique_ptr<journal::JournalStore> store_;  // its writer's thread calls what stands above
};

TEST(CancelledAppend, IsFollowedByTheRunsEndWithoutAGap) {  // [DUR-23] [DUR-15]
  Committed calm(0);
  ASSERT_TRUE(calm.run().ok());
  const int all = calm.commits();
  ASSERT_GE(all, 4) << "admission, response with intent, outcome, answer, end";
  for (int at = 1; at <= all; ++at) {
    SCOPED_TRACE("cancelled during commit " + std::to_string(at));
    Committed cancelled(at);

    auto outcome = cancelled.run();

    auto row = cancelled.row();
    ASSERT_TRUE(row);
    bool answered = at >= all - 1;  // the last two commits are the answer and the end
    EXPECT_EQ(row->status, answered ? RunStatus::ok : RunStatus::cancelled);
    EXPECT_EQ(row->status, outcome.status) << outcome.reason << outcome.error;
    auto entries = cancelled.entries();
    EXPECT_EQ(entries.size(), row->last_seq);
    auto checkpoint = journal::fold(entries);
    EXPECT_TRUE(checkpoint.ended) << "and it is its last entry";
    EXPECT_TRUE(row->worker.empty());
  }
}

}  // namespace
}  // namespace executus
