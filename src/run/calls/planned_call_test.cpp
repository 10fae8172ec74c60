// Calls whose tools journal what they are about to do (tool::Call::intend).
#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/timing.hpp>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::Not;

bool has_plan(const journal::Append& append) {
  return std::ranges::any_of(append.entries, [](const journal::Entry& entry) {
    const auto* intended = std::get_if<journal::Intended>(&entry.payload);
    return intended && !intended->plan.empty();
  });
}

// Adds a line to a text that outlives every process, as edit_file adds one to a file.
class AppendingTool final : public tool::Tool {
 public:
  AppendingTool() {
    info_.spec = {"append", "Adds a line.", {{"type", "object"}}};
    info_.effect = tool::Effect::idempotent;
    info_.timeout = Milliseconds(1'000);
  }
  const tool::ToolInfo& info() const override { return info_; }

  Task<tool::Outcome> call(tool::Call call) override {
    boost::json::object plan{{"before", text}, {"after", text + "x"}};
    if (call.planned)
      plan = *call.planned;
    else
      co_await call.intend(plan);
    if (acts) acts();
    if (text != std::string(plan["before"].as_string()) && text != std::string(plan["after"].as_string())) {
      tool::Outcome stale = tool::Failed{"stale"};
      co_return stale;
    }
    text = std::string(plan["after"].as_string());
    if (waits) co_await waits->wait();
    if (fails) {
      tool::Failed failed{"half of it is done"};
      failed.notes["text"] = text;
      tool::Outcome outcome = std::move(failed);
      co_return outcome;
    }
    tool::Outcome done = tool::Done{"added"};
    co_return done;
  }

  std::string text;
  std::function<void()> acts;  // before it does what is planned
  std::optional<OneShot<>> waits;
  bool fails = false;

 private:
  tool::ToolInfo info_;
};

struct PlannedRun : Harness {
  // A call of it, and one of a tool that changes the same text.
  PlannedRun()
      : Harness([](std::size_t turn) {
          return turn == 0 ? calls({{"a", "append", "{}"}, {"b", "wipe", "{}"}}) : says("done");
        }),
        tool(std::make_shared<AppendingTool>()) {
    add(tool);
    wipe = &add_tool("wipe", tool::Effect::idempotent);
  }
  const std::string& result_of_first() { return model->requests.back().messages.back().tool_results[0].text; }

  std::shared_ptr<AppendingTool> tool;
  EffectTool* wipe;
};

TEST(PlannedCall, ActsOnceWhereverTheProcessDies) {  // [SBX-03]
  int deaths = 0;
  for (int writes = 0;; ++writes) {
    PlannedRun run;
    run.store->writes_left = writes;
    (void)run.run();
    bool died = run.store->dead;
    run.new_process();
    auto outcome = run.recover();
    if (!outcome && died) outcome = run.run();
    EXPECT_TRUE(!outcome || outcome->ok()) << writes;
    EXPECT_EQ(run.tool->text, "x") << writes;
    EXPECT_EQ(run.result_of_first(), "added") << writes;
    if (!died) break;
    ++deaths;
  }
  EXPECT_GE(deaths, 4);
}

TEST(PlannedCall, IsSettledForGoodBeforeTheNextCallChangesTheSame) {  // [SBX-03]
  PlannedRun run;
  bool awaited = false, awaited_before = false;
  run.store->on_append = [&](const journal::Append& append) {
    for (const auto& entry : append.entries)
      if (const auto* settled = std::get_if<journal::Settled>(&entry.payload); settled && settled->call.index == 0)
        awaited = true;
  };
  run.wipe->before_effect = [&] {
    run.tool->text = "wiped";
    awaited_before = awaited;
  };
  auto* first = run.store;
  run.wipe->act = [first] {
    first->dead = true;
    return tool::Done{"wiped"};
  };
  (void)run.run();
  EXPECT_TRUE(awaited_before);
  run.new_process();
  auto outcome = run.recover();
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->ok()) << outcome->error_code << " " << outcome->reason;
  EXPECT_EQ(run.result_of_first(), "added");
  EXPECT_EQ(run.tool->text, "wiped");
}

TEST(PlannedCall, IsNotInDoubtWhenItsRunIsCancelled) {  // [SBX-03]
  PlannedRun run;
  CancelScope scope;
  run.tool->waits.emplace();
  run.tool->acts = [&] { scope.cancel({Cause::caller, "a person"}); };
  (void)run.run_in(scope);
  EXPECT_THAT(run.kinds(), Contains("intended"));
  EXPECT_THAT(run.kinds(), Not(Contains("waited")));
}

TEST(PlannedCall, OfWhichAPartFailedLeavesItsNotes) {  // [SBX-03]
  PlannedRun run;
  run.tool->fails = true;
  std::optional<std::string> noted;
  run.wipe->sees = [&](const tool::Call& call) { noted = call.noted("text"); };
  ASSERT_TRUE(run.run().ok());
  EXPECT_EQ(run.result_of_first(), "half of it is done");
  EXPECT_EQ(noted, "x");
}

// A lease that has ended, and is renewed after 10 s.
struct LapsedRun : PlannedRun {
  LapsedRun() {
    tool->acts = [this] { acted.push_back(loop.clock().mono()); };
  }
  void end_lease() {
    store->lease = loop.clock().mono();
    renewed = later(loop.clock().mono(), Milliseconds(10'000));
    (void)loop.call_at(renewed, [this] { store->lease = MonoTime::max(); });
  }
  MonoTime renewed;
  std::vector<MonoTime> acted;
};

TEST(PlannedCall, ActsOnlyWhileTheLeaseHolds) {  // [SBX-03] [DUR-17]
  LapsedRun run;
  run.store->on_append = [&](const journal::Append& append) {
    if (has_plan(append)) run.end_lease();
  };
  ASSERT_TRUE(run.run().ok());
  ASSERT_EQ(run.acted.size(), 1u);
  EXPECT_GE(run.acted.front(), run.renewed);
}

TEST(PlannedCall, IsRepeatedOnlyWhileTheLeaseHolds) {  // [SBX-03] [DUR-17]
  LapsedRun run;
  run.store->on_append = [&](const journal::Append& append) { run.store->dead = run.store->dead || has_plan(append); };
  run.tool->acts = [&] { FAIL() << "its plan is not durable"; };
  (void)run.run();
  run.new_process();
  run.store->on_append = {};
  run.tool->acts = [&] {
    run.acted.push_back(run.loop.clock().mono());
    run.store->dead = true;
  };
  ASSERT_TRUE(run.recover());
  run.new_process();
  run.end_lease();
  run.tool->acts = [&] { run.acted.push_back(run.loop.clock().mono()); };
  ASSERT_TRUE(run.recover()->ok());
  ASSERT_EQ(run.acted.size(), 2u);
  EXPECT_GE(run.acted.back(), run.renewed);
  EXPECT_EQ(run.tool->text, "x");
}

// The run is claimed, and its plan is in the journal: nothing is written before the call is repeated.
struct ClaimedRun : PlannedRun {
  ClaimedRun() {
    tool->acts = [this] { store->dead = true; };
    (void)run();
    new_process();
    tool->acts = [this] { acted = true; };
  }
  // Stopped past its lease while it opens the run, and then it is renewed: another worker has the run.
  void lapse() {
    if (std::exchange(store->renewed, true)) return;
    ++store->more_lapses;
    journal.declare_dead(store->inner());
    auto other = journal.open_worker();
    auto row = *loop.run(other->find(*RunId::parse("run")));
    ASSERT_TRUE(loop.run(other->claim(row.id, row.epoch)));
  }
  Recovered take_up() {
    RootGroup group(loop);
    return loop.run(recover_runs(group, *executor, *store, RecoverOptions())).at(0);
  }
  bool acted = false;
};

TEST(PlannedCall, IsNotRepeatedWhenTheRunWasLostWhileItWasOpened) {  // [SBX-03] [DUR-17]
  for (bool by_a_person : {false, true}) {
    ClaimedRun run;
    auto lapse_at_read = [&run] { run.store->on_read = [&run] { run.lapse(); }; };
    run.store->on_claim = lapse_at_read;
    if (by_a_person) lapse_at_read();  // this claim is not seen
    auto outcome = by_a_person ? run.recover().value() : run.take_up().outcome;
    EXPECT_EQ(outcome.status, RunStatus::running);
    EXPECT_FALSE(run.acted) << "the call belongs to the other worker now";
  }
}

TEST(PlannedCall, WaitsForNoCommitWhereTheLeaseHeldSinceTheClaim) {  // [DUR-17]
  ClaimedRun run;
  bool wrote = false;
  run.store->on_append = [&wrote](const journal::Append&) { wrote = true; };
  run.tool->acts = [&] { EXPECT_FALSE(wrote) << "nothing had to be confirmed"; };
  EXPECT_TRUE(run.take_up().outcome.ok());
  EXPECT_TRUE(wrote);
}

}  // namespace
}  // namespace executus::run
