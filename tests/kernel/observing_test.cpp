// What observers are shown is in the journal, for good.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;

// A run whose first two steps have outcomes that nothing waits for.
struct ObservedRun : Harness {
  ObservedRun()
      : Harness([](std::size_t turn) { return turn < 2 ? calls({{"c", "look", "{}"}}) : says("done"); }),
        observer([this](const journal::Entry& entry) { shown.push_back(entry.seq); }) {
    add_tool("look", tool::Effect::pure);
    new_process(&observer);
  }

  std::vector<std::uint64_t> shown;
  EntryObserver observer;
};

TEST(Observing, ShowsADeferredEntryWhenItsCommitIsThere) {  // [DUR-01]
  ObservedRun run;
  std::uint64_t durable = 1;  // the admission, which has no observer yet
  run.store->on_append = [&](const journal::Append& append) {
    EXPECT_EQ(run.shown.empty() ? 1 : run.shown.back(), durable) << "before " << append.after + 1 << " is written";
    durable = append.entries.back().seq;
  };

  EXPECT_TRUE(run.run().ok());

  EXPECT_THAT(run.shown, ElementsAre(2, 3, 4, 5, 6, 7, 8));
}

Task<void> drive_observed(Harness& run) { (void)co_await run.executor->run(run.agent, run.invocation("run")); }

// The model takes its time over its second answer.
TEST(Observing, ShowsADeferredEntryWhenNoneFollowsForAWhile) {  // [DUR-01] [DUR-03]
  ObservedRun run;
  run.model->on_call = [&] {
    if (run.model->requests.size() == 2) run.model->wait.emplace();
  };
  int appends = 0;
  run.store->on_append = [&](const journal::Append&) { ++appends; };
  ManualGroup group(run.loop);
  group.spawn(drive_observed(run));
  run.loop.run_ready();
  EXPECT_THAT(run.shown, ElementsAre(2, 3));

  run.loop.advance(Milliseconds(100));

  EXPECT_THAT(run.shown, ElementsAre(2, 3, 4));
  run.loop.advance(Milliseconds(30'000));
  EXPECT_EQ(appends, 2) << "the response, and whether what was deferred is there";
}

TEST(Observing, AsksTheStoreForNothingMoreInARunThatGoesOn) {  // [DUR-03]
  ObservedRun run;
  int appends = 0;
  run.store->on_append = [&](const journal::Append&) { ++appends; };

  EXPECT_TRUE(run.run().ok());

  EXPECT_EQ(appends, 4) << "one for each of three responses, and the end";
}

TEST(Observing, ShowsNothingThatTheStoreDoesNotAnswerFor) {  // [DUR-01]
  ObservedRun run;
  run.store->writes_left = 1;
  run.model->on_call = [&] {
    if (run.model->requests.size() == 2) run.model->wait.emplace();
  };
  ManualGroup group(run.loop);
  group.spawn(drive_observed(run));
  run.loop.run_ready();

  run.loop.advance(Milliseconds(30'000));

  EXPECT_THAT(run.shown, ElementsAre(2, 3));
}

TEST(Observing, ShowsNothingOfWhatWasLost) {  // [DUR-01]
  ObservedRun run;
  run.store->writes_left = 1;  // dies with an outcome that is not durable

  (void)run.run();

  EXPECT_THAT(run.shown, ElementsAre(2, 3));
}

// Of calls, as observers and audit are told.
struct Told final : RunObserver, Audit {
  void on_entry(const RunId&, const journal::Entry& entry) override {
    log.emplace_back(journal::kind_name(kind_of(entry.payload)));
  }
  void on_activity(const RunId&, const Activity& activity) override { log.push_back(said(activity)); }
  std::unique_ptr<AuditRecord> start_run(const RunInfo&) override {
    struct Record final : AuditRecord {
      explicit Record(Told& t) : told(t) {}
      void on_tool(const Activity& activity) override { told.audited.push_back(said(activity)); }
      Task<void> close(RunStats) override { co_return; }
      Told& told;
    };
    return std::make_unique<Record>(*this);
  }
  static std::string said(const Activity& activity) {
    return activity.id + " " + std::string(to_string(activity.state));
  }
  std::vector<std::string> log, audited;
};

// Whose tool has an outcome that nothing waits for.
struct ToldRun : Harness {
  ToldRun() : Harness([this](std::size_t turn) { return turn == 0 ? answer : says("done"); }) {
    add_tool("look", tool::Effect::pure);
    reconfigure([this](ExecutorConfig& config) {
      config.ports.audit = &told;
      config.ports.observer = &told;
    });
  }
  Told told;
  llm::Response answer = calls({{"c", "look", "{}"}});
};

Task<void> until_ready(OneShot<> moment) { co_await moment.wait(); }

TEST(Observing, TellsOfAnOutcomeWhenItIsDurable) {  // [DUR-01] [STP-09] [RUN-26]
  ToldRun run;

  EXPECT_TRUE(run.run().ok());

  EXPECT_THAT(run.told.log,
              ElementsAre("opened", "responded", "0.0 running", "settled", "0.0 complete", "responded", "ended"));
  EXPECT_THAT(run.told.audited, ElementsAre("0.0 running", "0.0 complete"));
}

TEST(Observing, TellsOfAnOutcomeWhileAnotherCallOfItsBatchGoesOn) {  // [DUR-01] [STP-09] [RUN-26]
  ToldRun run;
  auto& slow = run.add_tool("slow", tool::Effect::pure);
  slow.change().timeout = std::chrono::hours(1);
  OneShot<> ready;
  slow.around = [&](OneShot<>) { return until_ready(ready); };
  run.answer = calls({{"c", "look", "{}"}, {"d", "slow", "{}"}});
  ManualGroup group(run.loop);
  group.spawn(drive_observed(run));
  run.loop.run_ready();

  run.loop.advance(Milliseconds(100));

  EXPECT_THAT(run.told.log,
              ElementsAre("opened", "responded", "0.0 running", "0.1 running", "settled", "0.0 complete"));
}

TEST(Observing, TellsOfNoOutcomeThatWasLost) {  // [DUR-01] [RUN-26]
  ToldRun run;
  run.store->writes_left = 1;  // dies with an outcome that is not durable

  (void)run.run();

  EXPECT_THAT(run.told.log, ElementsAre("opened", "responded", "0.0 running"));
  EXPECT_THAT(run.told.audited, ElementsAre("0.0 running"));
}

TEST(Observing, ShowsWhatWasDeferredWhenTheRunIsLeft) {  // [DUR-01]
  CancelScope scope;
  Harness run([&](std::size_t turn) -> llm::Response {
    if (turn == 0) return calls({{"c", "look", "{}"}});
    scope.cancel({Cause::shutdown, "stop"});
    throw std::runtime_error("the connection was torn down");
  });
  std::vector<std::uint64_t> shown, kept{};
  EntryObserver observer([&](const journal::Entry& entry) { shown.push_back(entry.seq); });
  run.add_tool("look", tool::Effect::pure);
  run.new_process(&observer);

  EXPECT_EQ(run.run_in(scope).status, RunStatus::running);

  for (const auto& entry : run.entries())
    if (entry.seq > 1) kept.push_back(entry.seq);  // the admission has no observer yet
  EXPECT_EQ(shown, kept);
}

TEST(Observing, ShowsARunThatIsNotKeptAsItGoes) {
  ObservedRun run;
  run.agent.durability = Durability::memory;
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok());
  EXPECT_THAT(run.shown, ElementsAre(2, 3, 4, 5, 6, 7, 8));
}

}  // namespace
}  // namespace executus::run
