// How a run ends, or stays, when something comes between: shutdown, cancellation, a store that is away.
#include <gtest/gtest.h>

#include "run/call_then_answer_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

// Starts a run that waits in its model call, and does something to it.
RunOutcome while_waiting(Harness& h, std::function<void(RootHandle&)> act) {
  h.model->wait.emplace();
  std::promise<RunOutcome> promise;
  auto future = promise.get_future();
  ManualGroup group(h.loop);
  auto handle = group.spawn(detail::fulfil(h.executor->run(h.agent, h.invocation("run")), promise));
  h.loop.run_ready();
  act(handle);
  h.loop.run_ready();
  group.join();
  return future.get();
}

TEST(Ending, ShutdownLeavesTheRunForRecovery) {  // [CK-15] [CK-16] [HOST-03]
  Harness h([](std::size_t) { return says("done"); });
  auto outcome = while_waiting(h, [](RootHandle& run) { run.cancel({Cause::shutdown, ""}); });
  EXPECT_EQ(outcome.status, RunStatus::running);
  auto row = h.loop.run(h.store->find(outcome.run_id));
  EXPECT_EQ(row->status, RunStatus::running);
  EXPECT_EQ(row->fruitless, 0) << "a hand-back never counts";
  EXPECT_EQ(h.loop.run(h.store->claimable({})).size(), 1u) << "it is anybody's at once";
}

TEST(Ending, TheCallerCancels) {  // [CK-16] [CK-18]
  Harness h([](std::size_t) { return says("done"); });
  auto outcome = while_waiting(h, [](RootHandle& run) { run.cancel({Cause::caller, ""}); });
  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_EQ(h.loop.run(h.store->find(outcome.run_id))->status, RunStatus::cancelled)
      << "the end is written although the run's scope is cancelled";
}

TEST(Ending, ACancelCommandFromAnotherProcessEndsAWait) {  // [DUR-38]
  Harness h([](std::size_t) { return says("done"); });
  auto outcome = while_waiting(h, [&](RootHandle&) {
    auto worker = h.journal.open_worker();
    EXPECT_EQ(h.loop.run(worker->post(*RunId::parse("run"), commands::cancel())), journal::PostVerdict::accepted);
    h.executor->look_at_inbox(*RunId::parse("run"));
  });
  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_TRUE(h.loop.run(h.store->inbox(outcome.run_id)).empty());
}

TEST(Ending, GivesBackARecoveredRunThatCannotEvenStart) {  // [DUR-39]
  Harness h(call_then_answer("act"));
  h.add_tool("act", tool::Effect::pure);
  h.store->writes_left = 1;
  (void)h.run();
  h.new_process();
  h.forget_tools();
  auto before = h.loop.run(h.store->find(*RunId::parse("run")))->fruitless;
  auto outcome = h.recover();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, RunStatus::running) << "left: another process may have the tool";
  EXPECT_EQ(h.loop.run(h.store->claimable({})).size(), 1u);
  EXPECT_EQ(h.loop.run(h.store->find(outcome->run_id))->fruitless, before);
}

TEST(Store, HoldsTheRunWhileItIsAway) {  // [CK-08]
  Harness h(call_then_answer("act"));
  auto& act = h.add_tool("act", tool::Effect::irreversible);
  act.before_effect = [&] {
    h.journal.go_away();
    h.loop.call_at(h.loop.clock().mono() + Milliseconds(3'000), [&] { h.journal.come_back(); });
  };
  EXPECT_TRUE(h.run().ok());
  EXPECT_EQ(h.total_effects(), 1);
}

TEST(Store, IsNeverTheReasonToFailARun) {  // [CK-16]
  Harness h(call_then_answer("act"));
  auto& act = h.add_tool("act", tool::Effect::irreversible);
  h.agent.max_runtime = Milliseconds(5'000);
  act.before_effect = [&] { h.journal.go_away(); };
  auto outcome = h.run();
  EXPECT_EQ(outcome.status, RunStatus::running);
  EXPECT_EQ(outcome.error_code, "store.unavailable");
}

}  // namespace
}  // namespace executus::run
