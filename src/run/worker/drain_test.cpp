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
  static Task<void> wait_for(OneShot<> release) { co_await release.wait(); }
};

TEST_F(WorkerDrains, AtOnceWhenItDrivesNothing) {  // [DUR-27]
  auto& worker = work();

  worker.drain(seconds(30));
  h.loop.run_ready();

  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->driven, 0u);
}

// The call's outcome is journaled, and the run is left at its next boundary: it takes no further step here.
TEST_F(WorkerDrains, WhenTheCallInTheMiddleHasEnded) {  // [DUR-27]
  submit("running");
  submit("later");
  auto& worker = work({.concurrency = 1});
  h.loop.advance(seconds(1));

  worker.drain(seconds(30));
  h.loop.advance(seconds(10));
  EXPECT_FALSE(summary.has_value());
  let_go_all();

  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->left, 1u);
  EXPECT_EQ(h.kinds("running").back(), "settled");
  EXPECT_EQ(status("running"), RunStatus::running);
  EXPECT_EQ(row("running").worker, "") << "it gave the run back";
  EXPECT_EQ(h.model->asked[1], 0);
  EXPECT_EQ(status("later"), RunStatus::queued);
}

TEST_F(WorkerDrains, WhenTheAnswerHasCome) {  // [DUR-27]
  answer = [](std::size_t) { return says("done"); };
  h.model->wait.emplace();
  submit("running");
  auto& worker = work();
  h.loop.advance(seconds(1));

  worker.drain(seconds(30));
  h.loop.advance(seconds(10));
  EXPECT_FALSE(summary.has_value());
  h.model->wait->set();
  h.loop.run_ready();

  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->ended, 1u);
  EXPECT_EQ(status("running"), RunStatus::ok);
}

// What the answer asks for is left to the next worker, and nothing is intended.
TEST_F(WorkerDrains, BeginningWithNoCallOfAnAnswerThatCame) {  // [DUR-27]
  h.add_tool("act", tool::Effect::irreversible);
  answer = [](std::size_t turn) { return turn == 0 ? calls({{"c", "act", "{}"}}) : says("done"); };
  h.model->wait.emplace();
  submit("running");
  auto& worker = work();
  h.loop.advance(seconds(1));

  worker.drain(seconds(30));
  h.loop.run_ready();
  h.model->wait->set();
  h.loop.run_ready();

  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->left, 1u);
  EXPECT_EQ(h.total_effects(), 0);
  EXPECT_EQ(h.kinds("running").back(), "responded");
}

TEST_F(WorkerDrains, BeginningWithNoOtherCallOfABatch) {  // [DUR-27]
  auto& act = h.add_tool("act", tool::Effect::idempotent);
  OneShot<> release;
  act.around = [release](OneShot<>) { return wait_for(release); };
  answer = [](std::size_t turn) { return turn == 0 ? calls({{"a", "act", "{}"}, {"b", "act", "{}"}}) : says("done"); };
  submit("running");
  auto& worker = work();
  h.loop.advance(Milliseconds(500));

  worker.drain(seconds(30));
  h.loop.run_ready();
  act.around = {};
  release.set();
  h.loop.run_ready();

  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->left, 1u);
  EXPECT_EQ(h.total_effects(), 1) << "of two";
}

// A run that waits to ask its model again is in the middle of nothing.
TEST_F(WorkerDrains, AtOnceFromARunThatBacksOff) {  // [DUR-27]
  answer = [](std::size_t) -> llm::Response {
    throw llm::ModelError(llm::Failure::transient, "model.overloaded", "try again later");
  };
  submit("running");
  auto& worker = work();
  h.loop.advance(Milliseconds(500));
  ASSERT_EQ(h.model->asked[0], 1);

  worker.drain(seconds(30));
  h.loop.run_ready();

  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->left, 1u);
  EXPECT_EQ(row("running").fruitless, 0) << "that does not count";
}

// The drain window of the runtime comes after the worker's.
TEST_F(WorkerDrains, GivingACallWithEffectsMoreTime) {  // [DUR-27] [HOST-03]
  auto& act = h.add_tool("act", tool::Effect::irreversible);
  act.change().timeout = std::chrono::hours(1);
  OneShot<> release;
  act.around = [release](OneShot<>) { return wait_for(release); };
  answer = [](std::size_t turn) { return turn == 0 ? calls({{"c", "act", "{}"}}) : says("done"); };
  submit("running");
  auto& worker = work();
  h.loop.advance(seconds(1));

  worker.drain(seconds(30));
  h.loop.advance(seconds(34));
  EXPECT_FALSE(summary.has_value());
  release.set();
  h.loop.run_ready();

  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(h.total_effects(), 1);
  EXPECT_EQ(h.kinds("running").back(), "settled");
}

TEST_F(WorkerDrains, LeavingWhatIsNotOverAfterTheWindow) {  // [DUR-27] [HOST-03]
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
