// A worker that is told to leave takes up nothing more, and what it drives is left for recovery after the window.
#include "run/worker/worked_test.hpp"

namespace executus::run {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class WorkerDrains : public Worked {
 protected:
  WorkerDrains() { hold_runs(); }
};

TEST_F(WorkerDrains, AtOnceWhenItDrivesNothing) {  // [DUR-27]
  auto& worker = work();

  worker.drain(seconds(30));
  h.loop.run_ready();

  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->driven, 0u);
}

TEST_F(WorkerDrains, WhenWhatItDrivesHasEnded) {  // [DUR-27]
  submit("running");
  submit("later");
  auto& worker = work({.concurrency = 1});
  h.loop.advance(seconds(1));

  worker.drain(seconds(30));
  h.loop.advance(seconds(10));
  EXPECT_FALSE(summary.has_value());
  let_go_all();

  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->ended, 1u);
  EXPECT_EQ(status("running"), RunStatus::ok);
  EXPECT_EQ(status("later"), RunStatus::queued);
}

TEST_F(WorkerDrains, LeavingWhatIsNotOverAfterTheWindow) {  // [DUR-27]
  submit("running");
  auto& worker = work();
  h.loop.advance(seconds(1));

  worker.drain(seconds(30));
  h.loop.advance(seconds(30));

  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->left, 1u);
  EXPECT_EQ(status("running"), RunStatus::running);
  EXPECT_EQ(row("running").worker, "") << "it gave the run back";
  EXPECT_EQ(row("running").fruitless, 0) << "that does not count";
}

TEST_F(WorkerDrains, AtOnceTheSecondTime) {  // [DUR-27]
  submit("running");
  auto& worker = work();
  h.loop.advance(seconds(1));

  worker.drain(seconds(30));
  worker.drain(seconds(30));
  h.loop.run_ready();

  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->left, 1u);
  EXPECT_THAT(told<Draining>(), SizeIs(1));
}

}  // namespace
}  // namespace executus::run
