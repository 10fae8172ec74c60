// What a target that hangs, is dead, or asks for time does to the ends that are sent there, and to those for others.
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/timing.hpp>
#include <executus/run/reopening.hpp>
#include <executus/run/stored_run.hpp>

#include "kernel/outbox_test.hpp"
#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using journal::OutgoingState;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A receiver that hangs holds one run's place, not those of all runs that end meanwhile.
TEST(Outbox, OfAReceiverThatHangsHoldsUpOneEnd) {  // [DUR-45] [TOOL-13]
  Outbox run;
  run.receiver.hangs = {"42"};
  (void)run.run_to("42", "first");
  auto began = run.loop.clock().mono();

  auto outcome = run.run_to("42", "second");

  EXPECT_EQ(run.loop.clock().mono(), began) << "it is known to be silent";
  EXPECT_THAT(run.receiver.arrived, SizeIs(1));
  EXPECT_EQ(outcome.outgoing->state, OutgoingState::pending);
  EXPECT_EQ(outcome.outgoing->tries, 0);
  run.receiver.hangs.clear();
  run.loop.advance(std::chrono::seconds(5));
  EXPECT_EQ(run.send(), 2u);
}

Task<void> in_a_run(Executor& executor, Agent agent, Invocation invocation) {
  (void)co_await executor.run(std::move(agent), std::move(invocation));
}

TEST(Outbox, OfSeveralRunsThatEndGoesToATargetOneAtATime) {  // [DUR-45] [TOOL-13]
  Outbox run;
  run.receiver.hangs = {"42"};
  ManualGroup group(run.loop);
  for (const auto* id : {"a", "b", "c"}) group.spawn(in_a_run(*run.executor, run.agent, run.to("42", id)));

  run.loop.run_ready();

  EXPECT_THAT(run.receiver.arrived, SizeIs(1));
  EXPECT_EQ(run.row("c")->tries + run.row("b")->tries + run.row("a")->tries, 1);
}

TEST(Outbox, LeavesADeadTargetAloneForAMinuteAtMostUntilItAnswers) {  // [DUR-45]
  Outbox run;
  auto end_without_port = [&](const std::string& id) {
    run.has_port = false;
    run.reconfigure(run.configure);
    (void)run.run_to("42", id);
    run.has_port = true;
  };
  for (int i = 0; i < 8; ++i) end_without_port("r" + std::to_string(i));
  run.new_process();
  auto& sender = *run.executor;
  auto pass = [&] { return run.loop.run(sender.send_outgoing()); };
  run.receiver.breaks = {"42"};
  std::size_t tries = 0;
  for (int silence : {5, 10, 20, 40, 60, 60}) {
    (void)pass();
    EXPECT_EQ(run.receiver.arrived.size(), ++tries);
    run.loop.advance(std::chrono::seconds(silence) - Milliseconds(1));
    (void)pass();
    EXPECT_EQ(run.receiver.arrived.size(), tries) << silence;
    run.loop.advance(Milliseconds(1));
  }
  run.receiver.breaks.clear();
  EXPECT_GE(pass(), 2u);
  run.receiver.breaks = {"42"};
  for (const auto* id : {"s", "t"}) end_without_port(id);
  run.receiver.arrived.clear();
  (void)pass();
  run.loop.advance(std::chrono::seconds(5));

  (void)pass();

  EXPECT_THAT(run.receiver.arrived, SizeIs(2)) << "it had answered, so it is left alone for 5 s";
}

TEST(Outbox, OfADeadTargetHoldsUpNoOther) {  // [DUR-45]
  Outbox run;
  run.has_port = false;
  run.new_process();
  constexpr int kEnds = 1'100;  // more than are read at once
  for (int i = 0; i < kEnds; ++i) (void)run.run_to("dead", "dead" + std::to_string(i));
  (void)run.run_to("well", "last");
  run.has_port = true;
  run.new_process();
  run.receiver.hangs = {"dead"};

  EXPECT_EQ(run.send(), 1u);

  EXPECT_THAT(run.receiver.arrived, SizeIs(2)) << "the dead one was tried once";
  run.store->outgoing_read = 0;
  EXPECT_EQ(run.send(), 0u);
  EXPECT_EQ(run.store->outgoing_read, 0u) << "what waits for it is not read while it is left alone";
  EXPECT_EQ(run.row("last")->state, OutgoingState::delivered);
  run.receiver.hangs.clear();
  run.loop.advance(std::chrono::minutes(1));
  EXPECT_EQ(run.send(), std::size_t{kEnds}) << "when it is back, nothing is lost";
  EXPECT_THAT(std::set<std::string>(run.receiver.arrived.begin(), run.receiver.arrived.end()), SizeIs(kEnds + 1));
}

// What becomes due while a pass waits for a target that hangs is sent by the next one.
TEST(Outbox, GoesToOtherTargetsWhileOneHangs) {  // [DUR-45] [TOOL-13]
  Outbox run;
  run.has_port = false;
  run.new_process();
  (void)run.run_to("dead", "first");
  run.has_port = true;
  run.new_process();
  auto& worker = *run.executor;
  run.receiver.hangs = {"dead"};
  ManualGroup group(run.loop);
  group.spawn(in_a_pass(worker));
  run.loop.run_ready();
  ASSERT_THAT(run.receiver.arrived, SizeIs(1));
  auto before = run.loop.clock().mono();
  run.has_port = false;
  run.reconfigure(run.configure);
  for (const auto* target : {"well", "dead"}) (void)run.run_to(target, std::string("to-") + target);

  EXPECT_EQ(run.loop.run(worker.send_outgoing()), 1u);

  EXPECT_EQ(run.row("to-well")->state, OutgoingState::delivered);
  EXPECT_EQ(run.row("to-dead")->tries, 0) << "it has one at a time";
  EXPECT_EQ(run.loop.clock().mono(), before) << "the hanging one is still waited for";
}

TEST(Outbox, IsSentWhenTheTargetAskedForIt) {  // [DUR-45] [TOOL-13]
  Outbox run;
  run.receiver.later = {{"42", std::chrono::minutes(7)}};
  EXPECT_EQ(run.run_to("42").outgoing->state, OutgoingState::pending);
  EXPECT_THAT(run.log.lines, IsEmpty()) << "that is no failure";
  run.loop.advance(std::chrono::minutes(7) - Milliseconds(1));
  EXPECT_EQ(run.send(), 0u);
  EXPECT_THAT(run.receiver.arrived, SizeIs(1));
  run.receiver.later.clear();
  run.loop.advance(Milliseconds(1));

  EXPECT_EQ(run.send(), 1u);
}

TEST(Outbox, IsTriedAgainLaterAndLaterWhereTheTargetAsksForNoWait) {  // [DUR-45] [TOOL-13]
  Outbox run;
  run.receiver.later = {{"42", Milliseconds(0)}};
  EXPECT_EQ(run.run_to("42").outgoing->state, OutgoingState::pending);
  std::size_t tries = 1;
  for (int pause : {5, 10, 20, 40}) {
    run.loop.advance(std::chrono::seconds(pause) - Milliseconds(1));
    (void)run.send();
    EXPECT_THAT(run.receiver.arrived, SizeIs(tries)) << pause;
    run.loop.advance(Milliseconds(1));
    (void)run.send();
    EXPECT_THAT(run.receiver.arrived, SizeIs(++tries)) << pause;
  }
}

TEST(Outbox, LeavesATargetAloneForAsLongAsItAsked) {  // [DUR-45] [TOOL-13]
  Outbox run;
  run.has_port = false;
  run.new_process();
  for (const auto* id : {"a", "b"}) (void)run.run_to("42", id);
  run.has_port = true;
  run.new_process();
  auto& sender = *run.executor;
  run.receiver.later = {{"42", std::chrono::minutes(7)}};
  EXPECT_EQ(run.loop.run(sender.send_outgoing()), 0u);
  run.receiver.later.clear();
  run.loop.advance(std::chrono::minutes(7) - Milliseconds(1));
  EXPECT_EQ(run.loop.run(sender.send_outgoing()), 0u);
  EXPECT_THAT(run.receiver.arrived, SizeIs(1)) << "the second one was not even tried";
  run.loop.advance(Milliseconds(1));

  EXPECT_EQ(run.loop.run(sender.send_outgoing()), 2u);
}

TEST(Outbox, OfTargetsThatAreKnownToBeDeadHoldsUpNoOther) {  // [DUR-45]
  Outbox run;
  run.has_port = false;
  run.new_process();
  for (int i = 0; i < 40; ++i) {
    auto dead = "dead" + std::to_string(i);
    (void)run.run_to(dead, dead);
    run.receiver.hangs.insert(dead);
  }
  run.has_port = true;
  run.new_process();
  EXPECT_EQ(run.send(), 0u);
  run.has_port = false;
  run.new_process();
  (void)run.run_to("well", "last");
  run.has_port = true;
  run.new_process();  // which knows what the store knows
  run.loop.advance(std::chrono::minutes(1));
  run.receiver.arrived.clear();

  EXPECT_EQ(run.send(), 1u);

  EXPECT_THAT(run.receiver.arrived.front(), HasSubstr("well")) << "no lane was taken by the dead before it";
}

}  // namespace
}  // namespace executus::run
