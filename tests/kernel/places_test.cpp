// Limits of runs: a run waits for its place, and a parent lends its own while it waits for a child.
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/timing.hpp>

#include "run/family_test.hpp"

namespace executus::run {
namespace {

using journal::LimitOf;
using journal::QueueLimit;
using ::testing::HasSubstr;
using ::testing::SizeIs;

struct Placed : Family {
  using Family::Family;
  void limit(QueueLimit limit) { loop.run(store->inner().set_limit(std::move(limit))); }
  // Takes a place, as another process would.
  journal::RunRow take_place(std::string id) {
    auto other = invocation(id);
    other.start = Invocation::Start::queued;
    (void)loop.run(executor->run(agent, std::move(other)));
    auto claimed = loop.run(others->claim(*RunId::parse(id), 0));
    EXPECT_TRUE(claimed.has_value());
    return claimed.value_or(journal::RunRow());
  }
  Task<void> take(std::string id, journal::RunRow& row) {
    row = (co_await others->claim(*RunId::parse(id), 0)).value();
  }
  void give_back(const journal::RunRow& row) {
    loop.run(others->release(row.id, row.epoch, journal::Attempt::does_not_count));
  }
  // Runs that have a place.
  std::size_t running() {
    std::size_t count = 0;
    for (const auto& load : loop.run(others->load())) count += load.running;
    return count;
  }
  // Whether one of the family can be taken up that waits for no run below it: that one needs a place.
  bool claims_a_leaf() {
    auto below = children();
    auto id = below.empty() || is_terminal(below[0].status) ? *RunId::parse("run") : below[0].id;
    auto row = loop.run(store->inner().find(id));
    return row && loop.run(store->inner().claim(id, row->epoch)).has_value();
  }
  Task<void> keep(std::string id) { outcome = co_await executor->run(agent, invocation(std::move(id))); }

  std::unique_ptr<journal::JournalStore> others = journal.open_worker();
  std::optional<RunOutcome> outcome;
};

TEST(Places, ARunThatIsStartedWaitsForOne) {  // [DUR-18]
  Placed run;
  run.limit({LimitOf::agent, "boss", 1});
  auto other = run.take_place("other");
  ManualGroup tasks(run.loop);
  tasks.spawn(run.keep("run"));
  run.loop.run_ready();
  run.loop.advance(std::chrono::seconds(3));
  EXPECT_EQ(run.outcome, std::nullopt);
  EXPECT_EQ(run.loop.run(run.store->find(*RunId::parse("run")))->status, RunStatus::queued);
  EXPECT_THAT(run.model->requests, SizeIs(0));

  run.give_back(other);
  run.loop.advance(std::chrono::seconds(1));
  EXPECT_EQ(run.outcome, std::nullopt) << "the other one has its turn first";
  run.loop.advance(std::chrono::seconds(5));  // no worker takes it

  ASSERT_TRUE(run.outcome.has_value());
  EXPECT_TRUE(run.outcome->ok()) << run.outcome->error;
  EXPECT_EQ(run.outcome->attempts, 1);
}

// It is told to end, and not left for a worker to carry out.
TEST(Places, ARunThatIsCancelledWhileItWaitsForOneIsToldToEnd) {
  Placed run;
  run.limit({LimitOf::all, "", 0});
  CancelScope scope;
  auto left = run.in_scope(scope, run.executor->run(run.agent, run.invocation("run")));
  scope.cancel({Cause::caller, "no longer wanted"});

  auto outcome = run.loop.run(std::move(left));

  EXPECT_EQ(outcome.status, RunStatus::queued);
  EXPECT_THAT(outcome.reason, HasSubstr("told to end"));
  auto ended = run.recover();
  ASSERT_TRUE(ended.has_value()) << "for that it needs no place";
  EXPECT_EQ(ended->status, RunStatus::cancelled);
}

TEST(Places, ARunThatIsLeftWhileItWaitsForOneSaysWhy) {
  Placed run;
  run.limit({LimitOf::all, "", 0});
  CancelScope scope;
  auto left = run.in_scope(scope, run.executor->run(run.agent, run.invocation("run")));
  scope.cancel({Cause::shutdown, "a signal"});

  auto outcome = run.loop.run(std::move(left));

  EXPECT_EQ(outcome.status, RunStatus::queued);
  EXPECT_THAT(outcome.reason, HasSubstr("the queue limits all runs to 0 at once"));
}

// Parent and child, of one place.
TEST(Places, AParentLendsItsOwnToItsChild) {  // [DUR-29]
  Placed run;
  run.limit({LimitOf::all, "", 1});

  auto outcome = run.run();

  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(run.last_result(), "found: find out");
}

// Another run takes the parent's place while its child works; the child's answer is kept, and paid once.
TEST(Places, AParentWhosePlaceWasTakenGoesOnInItsTurn) {  // [DUR-29]
  Placed run;
  run.limit({LimitOf::agent, "boss", 1});
  journal::RunRow taken;
  auto queued = run.invocation("other");
  queued.start = Invocation::Start::queued;
  (void)run.loop.run(run.executor->run(run.agent, std::move(queued)));
  run.look->around = [&](OneShot<>) { return run.take("other", taken); };

  ManualGroup tasks(run.loop);
  tasks.spawn(run.keep("run"));
  run.loop.run_ready();
  run.loop.advance(std::chrono::seconds(1));
  EXPECT_EQ(run.outcome, std::nullopt) << "others have the place";
  EXPECT_EQ(run.children().at(0).status, RunStatus::ok);
  EXPECT_EQ(run.loop.run(run.store->find(*RunId::parse("run")))->worker, "") << "any worker may go on with it";
  EXPECT_THAT(run.model->requests, SizeIs(3)) << "one of the parent, two of the child";

  run.give_back(taken);
  run.loop.run(run.store->inner().set_limit({LimitOf::agent, "boss", 2}));
  run.loop.advance(std::chrono::seconds(1));

  ASSERT_TRUE(run.outcome && run.outcome->ok());
  EXPECT_EQ(run.last_result(), "found: find out");
  EXPECT_THAT(run.children(), SizeIs(1));
  EXPECT_THAT(run.model->requests, SizeIs(4));
}

// Every end of a child wakes its parent, and gives it the place back.
TEST(Places, AChildThatIsCancelledInTheQueueWakesItsParent) {  // [DUR-29]
  Placed run;
  run.limit({LimitOf::agent, "researcher", 0});
  ManualGroup tasks(run.loop);
  tasks.spawn(run.keep("run"));
  run.loop.run_ready();
  ASSERT_THAT(run.children(), SizeIs(1));
  EXPECT_EQ(run.outcome, std::nullopt);

  auto child = run.children().at(0).id.str();
  run.post({0, "cancel", {}, {}}, child);
  run.loop.advance(std::chrono::seconds(1));

  ASSERT_TRUE(run.outcome.has_value());
  EXPECT_TRUE(run.outcome->ok()) << run.outcome->error;
  EXPECT_THAT(run.last_result(), HasSubstr("cancelled"));
}

TEST(Places, AChildThatRunsOutOfTimeGivesThePlaceBack) {  // [DUR-29]
  Placed run;
  run.limit({LimitOf::all, "", 1});
  run.sub_agents.agents["researcher"].agent.max_runtime = std::chrono::seconds(5);
  run.look->change().timeout = std::chrono::seconds(60);
  run.look->around = [](OneShot<>) { return sleep_for(std::chrono::seconds(30)); };

  auto outcome = run.run();

  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(run.children().at(0).status, RunStatus::timeout);
  EXPECT_THAT(run.last_result(), HasSubstr("timeout"));
  EXPECT_EQ(run.loop.run(run.store->inner().load()).size(), 0u) << "nothing has a place any more";
}

// It never begins: the budget refuses it.
TEST(Places, AChildThatIsRefusedGivesThePlaceBackAndWakesItsParent) {  // [DUR-29]
  struct NoneForChildren final : Budget {
    Task<std::optional<std::string>> check(RunInfo info) override {
      if (info.name == "researcher") co_return "nothing is left";
      co_return std::nullopt;
    }
    Task<void> commit(RunInfo, Milliseconds) override { co_return; }
  } budget;
  Placed run;
  auto family = run.configure;
  run.reconfigure([&](ExecutorConfig& config) {
    family(config);
    config.ports.budget = &budget;
  });
  run.limit({LimitOf::all, "", 1});

  auto outcome = run.run();

  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(run.children().at(0).status, RunStatus::error);
  EXPECT_THAT(run.last_result(), HasSubstr("nothing is left"));
  EXPECT_THAT(run.loop.run(run.store->inner().load()), SizeIs(0));
}

// Killed after each of its writes, those that take and give back places among them: a parent and its child, of one
// place.
TEST(Places, OfAProcessThatIsKilledAreFreeAtOnce) {  // [DUR-18] [DUR-24]
  bool ended = false;
  for (int writes = 0; !ended; ++writes) {
    SCOPED_TRACE(writes);
    ASSERT_LT(writes, 60);
    Placed run;
    run.limit({LimitOf::all, "", 1});
    run.store->writes_left = writes;
    ended = run.run().ok();
    run.new_process();

    EXPECT_EQ(run.running(), 0u);
    auto other = run.take_place("other");
    EXPECT_FALSE(run.claims_a_leaf()) << "the other one has the place";
    EXPECT_EQ(run.running(), 1u);
    run.give_back(other);

    auto outcome = run.recover();
    if (ended || !outcome) continue;  // before it was stored there is none
    EXPECT_TRUE(outcome->ok()) << outcome->error;
    EXPECT_EQ(run.running(), 0u);
  }
}

// Whose children are of many agents has no more turns than others.
TEST(Places, OfATreeAreItsRootsCallers) {  // [DUR-18]
  Placed run;
  auto whole = run.invocation("run");
  whole.caller = "ann";
  ASSERT_TRUE(run.loop.run(run.executor->run(run.agent, std::move(whole))).ok());
  EXPECT_EQ(run.children().at(0).caller, "ann");
}

}  // namespace
}  // namespace executus::run
