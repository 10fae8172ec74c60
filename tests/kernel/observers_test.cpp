// What observers are told of a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/ported_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;

// One observer of all runs is told by each run which run it is, and not by the thread that calls.
TEST(Observers, AreToldWhichRunItIs) {  // [STP-08]
  struct Named final : RunObserver {
    void on_activity(const RunId& run, const Activity&) override { seen.push_back(run.str()); }
    std::vector<std::string> seen;
  } observer;
  Ported run;
  run.new_process(&observer);
  (void)run.run("one");
  (void)run.run("two");
  EXPECT_THAT(observer.seen, ElementsAre("one", "one", "two", "two"));
}

// The run goes on to its end when its caller has given up, and its observer sees that.
TEST(Observers, AreToldOfTheRunAfterItsCallerGaveUp) {  // [STP-08]
  struct Whole final : RunObserver {
    void on_activity(const RunId&, const Activity& activity) override {
      seen.emplace_back(activity.state == Activity::State::running ? "begins" : "is over");
    }
    void on_entry(const RunId&, const journal::Entry& entry) override {
      if (given_up) seen.emplace_back(journal::kind_name(kind_of(entry.payload)));
    }
    std::vector<std::string> seen;
    bool given_up = false;
  } observer;
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "pay", "{}"}}) : says("done"); });
  CancelScope scope;
  run.add_tool("pay", tool::Effect::irreversible).before_effect = [&] {
    scope.cancel({Cause::caller, "gone"});
    observer.given_up = true;
  };
  run.new_process(&observer);

  EXPECT_EQ(run.run_in(scope).status, RunStatus::cancelled);

  EXPECT_THAT(observer.seen, ElementsAre("begins", "settled", "is over", "ended"));
}

}  // namespace
}  // namespace executus::run
