// A run on an SQLite journal that is cancelled while an append of it waits in the writer: it learns that append's fate
// before it ends, so its last entries follow without a gap.
#include <atomic>
#include <future>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/journal/checkpoint.hpp>

#include "journaled_run_test.hpp"

namespace executus {
namespace {

Task<void> nothing() { co_return; }

// One run of a gated call and an answer, cancelled during its `at`-th commit: before the run hears of it.
class CancelledDuring {
 public:
  explicit CancelledDuring(int at) : at_(at) {}

  RunOutcome run() {
    std::promise<RunOutcome> promise;
    auto future = promise.get_future();
    RootGroup group(run_.loop());
    handle_.set_value(group.spawn(detail::fulfil(run_.drive(), promise)));
    return future.get();
  }
  std::vector<journal::Entry> entries() { return block_on(run_.loop(), run_.store().read(run_.id(), 0, 1'000)); }
  std::optional<journal::RunRow> row() { return block_on(run_.loop(), run_.store().find(run_.id())); }
  int commits() const { return commits_; }

 private:
  // Returns when the run has heard it: it waits for this commit's answer, and the loop has one thread.
  void committed() {
    if (++commits_ != at_) return;
    handle_.get_future().get().cancel({Cause::caller, "as the test says"});
    block_on(run_.loop(), nothing());
  }

  const int at_;
  std::promise<RootHandle> handle_;
  std::atomic<int> commits_ = 0;
  testing::JournaledRun run_{
      // last: its writer's thread calls what stands above
      tool::Effect::keyed,
      [](std::size_t turn) { return turn == 0 ? run::calls({{"c", "act", "{}"}}) : run::says("done"); },
      [this] { committed(); }};
};

TEST(CancelledAppend, IsFollowedByTheRunsEndWithoutAGap) {  // [DUR-23] [DUR-15]
  CancelledDuring calm(0);
  ASSERT_TRUE(calm.run().ok());
  const int all = calm.commits();
  ASSERT_GE(all, 4) << "admission, response with intent, outcome, answer, end";
  for (int at = 1; at <= all; ++at) {
    SCOPED_TRACE("cancelled during commit " + std::to_string(at));
    CancelledDuring cancelled(at);

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
