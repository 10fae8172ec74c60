// What a run does when the store, the lease or its owner fails it: it holds, or it is left. It never ends for that.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/timing.hpp>

#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::Not;

auto held_call(std::string tool) {
  return [tool](std::size_t turn) { return turn == 0 ? calls({{"c", tool, "{}"}}) : says("done"); };
}

// The store comes back after so long.
void away_for(Harness& run, Milliseconds time) {
  run.journal.go_away();
  (void)run.loop.call_at(run.loop.clock().mono() + time, [&run] { run.journal.come_back(); });
}

TEST(Hold, AClosingAppendWaitsForTheStore) {  // [DUR-23] [DUR-18]
  Harness run([](std::size_t) { return says("done"); });
  EntryObserver observer([&](const journal::Entry& entry) {
    if (std::holds_alternative<journal::Responded>(entry.payload)) away_for(run, Milliseconds(30'000));
  });
  run.new_process(&observer);
  EXPECT_TRUE(run.run().ok()) << "longer than any clean-up may take, shorter than max_runtime";
  auto entries = run.entries();
  EXPECT_GE(entries.back().at - entries.at(entries.size() - 2).at, Milliseconds(30'000)) << "as old as its commit";
}

// Another worker has the run, and will end it.
TEST(Hold, ARunThatIsTakenOverInTheMomentOfItsEndEndsElsewhere) {  // [DUR-15] [DUR-17]
  Harness run([](std::size_t) { return says("done"); });
  auto other = run.journal.open_worker();
  run.store->on_append = [&](const journal::Append& append) {
    if (!std::holds_alternative<journal::Ended>(append.entries.back().payload)) return;
    run.journal.declare_dead(run.store->inner());
    auto row = run.loop.run(other->find(append.run));
    EXPECT_TRUE(run.loop.run(other->claim(append.run, row->epoch)));
  };

  auto outcome = run.run();

  EXPECT_EQ(outcome.status, RunStatus::running);
  EXPECT_EQ(outcome.error_code, "run.ownership_lost");
  EXPECT_EQ(run.kinds().back(), "responded");
}

TEST(Hold, ARunThatCannotBeClosedIsGivenBack) {  // [DUR-23] [CK-16]
  Harness run([](std::size_t) { return says("done"); });
  EntryObserver observer([&](const journal::Entry& entry) {
    if (std::holds_alternative<journal::Responded>(entry.payload)) away_for(run, Milliseconds(65'000));
  });
  run.new_process(&observer);
  EXPECT_EQ(run.run().status, RunStatus::running);
  (void)run.loop.advance_to_next_timer();
  run.new_process();
  EXPECT_TRUE(run.recover()->ok()) << "anyone may take it up";
}

// As old as its commit, not as the first try to write it.
TEST(Hold, AProbeIsBelievedWhenTheWrittenIntentIsOldEnough) {  // [DUR-05]
  Harness* world = nullptr;
  Harness run([&](std::size_t turn) {
    if (turn > 0) return says("done");
    away_for(*world, Milliseconds(20'000));
    return calls({{"c", "order", "{}"}});
  });
  world = &run;
  auto& order = run.add_tool("order", tool::Effect::probeable);
  order.change().settle = Milliseconds(10'000);
  std::vector<MonoTime> sent;
  order.act = [&]() -> tool::Outcome {
    sent.push_back(run.loop.clock().mono());
    run.world.effects.clear();  // the first is still on its way when the probe asks
    if (sent.size() == 1) return tool::Unknown{"the connection was cut"};
    return tool::Done{"ordered", {}};
  };
  EXPECT_TRUE(run.run().ok());
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_GE(sent[1] - sent[0], Milliseconds(10'000));
}

// A store whose inbox cannot be read for a while.
TEST(Hold, AnInboxThatCannotBeReadIsReadAgain) {  // [DUR-23] [DUR-38]
  Harness run(held_call("act"));
  auto& act = run.add_tool("act", tool::Effect::keyed);
  act.before_effect = [&] {
    run.post(commands::steer("hurry"));
    run.store->inbox_failures = 3;
  };
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(run.model->requests.back().messages.back().text(), "hurry");
}

TEST(Lease, ALapseIsConfirmedBeforeAGatedCallIsSent) {  // [DUR-17]
  Harness run(held_call("act"));
  run.add_tool("act", tool::Effect::irreversible);
  EntryObserver observer([&](const journal::Entry& entry) {
    if (!std::holds_alternative<journal::Responded>(entry.payload)) return;
    // Stopped past its lease with the intent already durable: another worker takes the run, then this one wakes.
    ++run.store->more_lapses;
    run.store->renewed = true;
    run.journal.declare_dead(run.store->inner());
    auto other = run.journal.open_worker();
    auto row = *run.loop.run(other->find(*RunId::parse("run")));
    ASSERT_TRUE(run.loop.run(other->claim(row.id, row.epoch)));
  });
  run.new_process(&observer);
  EXPECT_EQ(run.run().status, RunStatus::running);
  EXPECT_EQ(run.total_effects(), 0) << "the call belongs to the other worker now";
}

// What was read before the write is confirmed by it, and nothing later.
TEST(Lease, ALapseDuringACommitIsNotConfirmedByIt) {  // [DUR-17]
  Harness run(held_call("act"));
  auto& act = run.add_tool("act", tool::Effect::irreversible);
  std::vector<std::size_t> entries;  // of the writes before the call
  bool sent = false;
  run.store->on_append = [&](const journal::Append& append) {
    if (!sent) entries.push_back(append.entries.size());
    if (entries.size() == 1) ++run.store->more_lapses;
  };
  act.before_effect = [&] { sent = true; };

  EXPECT_TRUE(run.run().ok());

  EXPECT_EQ(entries.back(), 0u) << "an empty one, which confirms it";
}

TEST(Lease, ALapseNobodyUsedDelaysNothing) {  // [DUR-17]
  Harness run(held_call("act"));
  run.add_tool("act", tool::Effect::irreversible);
  EntryObserver observer([&](const journal::Entry& entry) {
    if (std::holds_alternative<journal::Responded>(entry.payload)) ++run.store->more_lapses;
  });
  run.new_process(&observer);
  EXPECT_TRUE(run.run().ok());
  EXPECT_EQ(run.total_effects(), 1);
}

TEST(Ordered, TheNextIntentWaitsForTheWholeGroupBefore) {  // [DUR-08] [DUR-37]
  Harness run([](std::size_t turn) {
    return turn == 0 ? calls({{"a", "slow", "{}"}, {"b", "quick", "{}"}, {"c", "pay", "{}"}}) : says("done");
  });
  auto& slow = run.add_tool("slow", tool::Effect::irreversible);
  slow.change().order = tool::Order::parallel;
  slow.around = [](OneShot<>) { return sleep_for(Milliseconds(500)); };
  slow.act = [] { return tool::Unknown{"the connection was cut"}; };
  run.add_tool("quick", tool::Effect::pure);
  run.add_tool("pay", tool::Effect::irreversible);
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::waiting);
  EXPECT_EQ(outcome.tool_calls[0].state, llm::CallState::in_doubt);
  EXPECT_EQ(outcome.tool_calls[2].state, llm::CallState::pending) << "it was never sent";
  EXPECT_THAT(run.kinds(), Contains("intended").Times(1));
}

TEST(Settling, FollowsTheClassACallWasSentAs) {  // [DUR-05]
  Harness run(held_call("act"));
  auto& act = run.add_tool("act", tool::Effect::irreversible);
  act.before_effect = [&] { run.store->dead = true; };
  (void)run.run();
  act.before_effect = nullptr;
  act.change().effect = tool::Effect::pure;
  run.new_process();
  EXPECT_EQ(run.recover()->status, RunStatus::waiting) << "it was irreversible when it was sent";
  EXPECT_EQ(run.total_effects(), 1);
}

TEST(Attach, ThatFailsGivesTheRunBack) {  // [DUR-28] [DUR-16]
  Harness run(held_call("act"));
  run.add_tool("act", tool::Effect::pure);
  run.store->writes_left = 1;
  (void)run.run();
  run.new_process();
  run.store->read_failures = 1;
  EXPECT_EQ(run.run().error_code, "store.away") << "the same id attaches, and cannot read the journal";
  EXPECT_TRUE(run.run().ok()) << "nobody holds it";
  auto row = *run.loop.run(run.store->find(*RunId::parse("run")));
  EXPECT_EQ(row.fruitless, 0);
}

Task<void> run_into(std::optional<RunOutcome>& outcome, Harness& run) {
  outcome = co_await run.executor->run(run.agent, run.invocation("run"));
}

// As a parent waits, after a crash, for a child that the recovery itself has taken up.
TEST(Attach, SeesWithinAMomentThatTheRunGoesOn) {  // [DUR-28]
  Harness run([](std::size_t) { return says("done"); });
  auto queued = run.invocation("run");
  queued.start = Invocation::Start::queued;
  (void)run.loop.run(run.executor->run(run.agent, std::move(queued)));
  auto other = run.journal.open_worker();
  auto held = run.loop.run(other->claim(*RunId::parse("run"), 0));
  ASSERT_TRUE(held.has_value());
  std::optional<RunOutcome> outcome;
  ManualGroup group(run.loop);
  group.spawn(run_into(outcome, run));
  run.loop.advance(Milliseconds(300));
  EXPECT_FALSE(outcome.has_value());

  run.loop.run(other->release(held->id, held->epoch, journal::Attempt::does_not_count));
  run.loop.advance(Milliseconds(100));

  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->ok()) << outcome->error;
}

TEST(Phases, APhaseThatOnlyStartedIsNoProgress) {  // [DUR-16]
  Harness run([](std::size_t) -> llm::Response {
    throw llm::ModelError(llm::Failure::permanent, "model.unauthorised", "401", 401);
  });
  run.agent.phases = {{"one", "one"}};
  run.store->writes_left = 1;  // the phase has started; dies when it closes the run
  (void)run.run();
  run.new_process();
  EXPECT_EQ(run.recover()->status, RunStatus::running) << "left: elsewhere the key may be right";
}

}  // namespace
}  // namespace executus::run
