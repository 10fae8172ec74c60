// What observers of runs see whose host keeps snapshots, or nothing.
#include <utility>

#include <gtest/gtest.h>

#include "checkpoint/snapshot_host_test.hpp"

namespace executus::checkpoint {
namespace {

Task<void> drive(SnapshotHost* host) { (void)co_await host->executor->run(host->agent, host->invocation("run")); }

// The model takes its time over its second answer. How often the end of the call was shown: at once, and a while later.
std::pair<int, int> ends_shown(SnapshotHost& run) {
  int shown = 0;
  run::EntryObserver observer(
      [&](const journal::Entry& entry) { shown += std::holds_alternative<journal::Settled>(entry.payload); });
  run.more = [&](ExecutorConfig& config) { config.ports.observer = &observer; };
  run.new_process();
  run.model->on_call = [&] {
    if (run.model->requests.size() == 2) run.model->wait.emplace();
  };
  run::ManualGroup group(run.loop);
  group.spawn(drive(&run));
  run.loop.run_ready();
  int at_once = shown;
  run.loop.advance(Milliseconds(100));
  std::pair shown_then{at_once, shown};
  group.join();
  return shown_then;
}

TEST(SnapshotObserving, ShowsTheEndOfACallWhileTheModelTakesItsTime) {  // [STP-09]
  SnapshotHost run(two_steps());
  EXPECT_EQ(ends_shown(run), std::pair(0, 1));
}

TEST(SnapshotObserving, ShowsTheEndOfACallWhereNothingIsKept) {
  SnapshotHost run(two_steps());
  SnapshotFactory nowhere{nullptr};
  run.reconfigure([&, configured = run.configure](ExecutorConfig& config) {
    configured(config);
    config.ports.checkpointers = &nowhere;
  });
  EXPECT_EQ(ends_shown(run), std::pair(0, 1));
}

}  // namespace
}  // namespace executus::checkpoint
