// What a run's end sends out is kept until its receiver has answered: through failures, hangs, drains and crashes.
#include "kernel/outbox_test.hpp"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/timing.hpp>
#include <executus/run/reopening.hpp>
#include <executus/run/stored_run.hpp>

#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using journal::OutgoingState;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Outbox, IsAnsweredAtOnceByTheRunsOwnProcess) {  // [DUR-45] [IO-09]
  Outbox run;

  auto outcome = run.run_to("42");

  EXPECT_THAT(run.receiver.arrived, ElementsAre(::testing::MatchesRegex("42 run/4/[0-9a-f]+ done")));
  EXPECT_EQ(outcome.delivery_id, "post-1");
  ASSERT_TRUE(outcome.outgoing);
  EXPECT_EQ(outcome.outgoing->state, OutgoingState::delivered);
  EXPECT_EQ(run.row()->detail, "post-1");
  run.loop.advance(std::chrono::hours(2));
  EXPECT_EQ(run.send(), 0u);
  EXPECT_THAT(run.receiver.arrived, SizeIs(1)) << "what was acknowledged is not sent again";
}

TEST(Outbox, IsTriedAgainLaterAndLaterWithTheSameKey) {  // [DUR-45]
  Outbox run;
  run.receiver.breaks = {"42"};
  auto outcome = run.run_to("42");
  EXPECT_TRUE(outcome.ok()) << "that is no matter of the run";
  EXPECT_EQ(outcome.outgoing->state, OutgoingState::pending);
  EXPECT_THAT(outcome.outgoing->detail, HasSubstr("out of order"));
  EXPECT_EQ(run.send(), 0u);
  EXPECT_THAT(run.receiver.arrived, SizeIs(1)) << "it is not due";

  run.loop.advance(Milliseconds(5'000));
  EXPECT_EQ(run.send(), 0u);
  EXPECT_THAT(run.receiver.arrived, SizeIs(2));
  run.loop.advance(Milliseconds(9'999));
  EXPECT_EQ(run.send(), 0u);
  EXPECT_THAT(run.receiver.arrived, SizeIs(2));
  run.receiver.breaks.clear();
  run.loop.advance(Milliseconds(1));
  EXPECT_EQ(run.send(), 1u);

  EXPECT_THAT(run.receiver.arrived, AllOf(SizeIs(3), Each(run.receiver.arrived.front())));
  EXPECT_EQ(run.row()->state, OutgoingState::delivered);
  EXPECT_EQ(run.row()->tries, 3);
}

TEST(Outbox, OfAReceiverThatHangsIsTriedAgain) {  // [DUR-45]
  Outbox run;
  run.receiver.hangs = {"42"};
  auto began = run.loop.clock().mono();

  auto outcome = run.run_to("42");

  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(run.loop.clock().mono() - began, std::chrono::seconds(10));
  EXPECT_EQ(outcome.outgoing->state, OutgoingState::pending);
  run.receiver.hangs.clear();
  EXPECT_EQ(run.send(), 0u) << "it is not due";
  run.loop.advance(Milliseconds(5'000));
  EXPECT_EQ(run.send(), 1u);
}

TEST(Outbox, IsClosedByARefusal) {  // [DUR-45]
  Outbox run;
  run.receiver.refuses = {"42"};

  EXPECT_EQ(run.run_to("42").outgoing->state, OutgoingState::refused);

  run.loop.advance(std::chrono::hours(2));
  EXPECT_EQ(run.send(), 0u);
  EXPECT_THAT(run.receiver.arrived, SizeIs(1));
}

// Sent, and the process dies before it knows: the receiver gets it again, under the key it has seen.
TEST(Outbox, IsSentAgainAfterAKillBetweenTheSendAndItsAcknowledgement) {  // [DUR-45]
  for (int writes = 0; writes < 4; ++writes) {                            // answer and end; the try; its result
    Outbox run;
    run.store->writes_left = writes;
    (void)run.run_to("42");
    run.new_process();
    (void)run.recover();
    run.loop.advance(journal::kTryHold);
    (void)run.send();

    ASSERT_TRUE(run.row()) << writes;
    EXPECT_EQ(run.row()->state, OutgoingState::delivered) << writes;
    EXPECT_THAT(run.receiver.arrived, Each(HasSubstr("42 run/"))) << writes;
    std::set<std::string> different(run.receiver.arrived.begin(), run.receiver.arrived.end());
    EXPECT_THAT(different, SizeIs(1)) << writes;
  }
}

TEST(Outbox, IsSentByOneProcessAtATime) {  // [DUR-45]
  Outbox run;
  run.has_port = false;
  run.new_process();
  EXPECT_EQ(run.run_to("42").outgoing->state, OutgoingState::pending) << "this host delivers nothing";
  run.has_port = true;
  run.new_process();
  auto& first = *run.executor;
  run.receiver.hangs = {"42"};
  ManualGroup group(run.loop);
  group.spawn(in_a_pass(first));
  run.loop.run_ready();
  ASSERT_THAT(run.receiver.arrived, SizeIs(1));
  run.new_process();

  EXPECT_EQ(run.send(), 0u) << "the other one has not been answered yet";

  EXPECT_THAT(run.receiver.arrived, SizeIs(1));
}

TEST(Outbox, IsSentInTurnToOneTarget) {  // [DUR-45]
  Outbox run;
  run.has_port = false;
  run.new_process();
  for (const auto* id : {"a", "b"}) (void)run.run_to("42", id);
  run.has_port = true;
  run.new_process();
  run.receiver.hangs = {"42"};
  ManualGroup group(run.loop);
  group.spawn(in_a_pass(*run.executor));
  run.loop.run_ready();

  EXPECT_EQ(run.send(), 0u) << "a pass of the same process is under way";

  EXPECT_THAT(run.receiver.arrived, SizeIs(1));
}

// A shutdown in the middle of a send is no answer.
TEST(Outbox, StaysOpenWhenTheSendIsStopped) {  // [DUR-45] [DUR-27]
  Outbox run;
  run.has_port = false;
  run.new_process();
  (void)run.run_to("42");
  run.has_port = true;
  run.new_process();
  run.receiver.hangs = {"42"};
  CancelScope process;
  run.receiver.on_arrival = [&] { process.cancel({Cause::shutdown, "the process is to end"}); };
  EXPECT_EQ(run.loop.run(in_scope_of(process, run.executor->send_outgoing())), 0u);
  EXPECT_EQ(run.row()->state, OutgoingState::pending);
  run.receiver.hangs.clear();
  run.receiver.on_arrival = nullptr;
  run.new_process();

  EXPECT_EQ(run.send(), 1u) << "it is due at once";
}

// Of two ends that are due this process takes one; meanwhile another process takes the other.
TEST(Outbox, IsNotSentOnceAnotherProcessHasTakenIt) {  // [DUR-45]
  Outbox run;
  run.has_port = false;
  run.new_process();
  for (const auto* id : {"a", "b"}) (void)run.run_to("42", id);
  run.has_port = true;
  run.new_process();
  auto other = run.journal.open_worker();
  auto rows = run.loop.run(other->outgoing_due(10));
  run.receiver.on_arrival = [&] { EXPECT_TRUE(run.loop.run(other->take_outgoing(rows[1].run, rows[1].seq, 0))); };

  EXPECT_EQ(run.send(), 1u);

  EXPECT_THAT(run.receiver.arrived, ElementsAre(HasSubstr("42 a/")));
}

TEST(Outbox, BeginsNoSendInAProcessThatEnds) {  // [DUR-45] [DUR-27]
  Outbox run;
  run.has_port = false;
  run.new_process();
  for (const auto* id : {"a", "b"}) (void)run.run_to(id, id);
  run.has_port = true;
  run.new_process();
  CancelScope process;
  run.receiver.on_arrival = [&] { process.cancel({Cause::shutdown, "the process is to end"}); };

  (void)run.loop.run(in_scope_of(process, run.executor->send_outgoing()));

  EXPECT_THAT(run.receiver.arrived, SizeIs(1));
}

TEST(Outbox, KeepsWhatAReceiverSaysAsText) {  // [DUR-45] [DUR-01]
  Outbox run;
  run.receiver.prefix = "\xff";
  EXPECT_THAT(run.run_to("42").outgoing->detail, "\xEF\xBF\xBDpost-1");
  run.receiver.breaks = {"43"};
  EXPECT_THAT(run.run_to("43", "other").outgoing->detail, HasSubstr("\xEF\xBF\xBD"));
}

TEST(Outbox, OfARunThatCannotBeReadIsSaidOnceAndHoldsUpNoOther) {  // [DUR-45] [DUR-21]
  Outbox run;
  run.has_port = false;
  run.new_process();
  for (const auto* id : {"a", "b"}) (void)run.run_to("42", id);
  run.has_port = true;
  run.new_process();
  run.store->damaged = *RunId::parse("a");
  run.store->damage = failed("journal.malformed", "it is damaged");

  EXPECT_EQ(run.send(), 1u);
  EXPECT_EQ(run.send(), 0u);

  EXPECT_THAT(run.receiver.arrived, ElementsAre(HasSubstr("42 b/")));
  EXPECT_THAT(run.log.lines, ElementsAre(HasSubstr("the end of run a cannot be delivered by this process")));
  EXPECT_EQ(run.row("a")->state, OutgoingState::pending) << "another process may be able to";
}

TEST(Outbox, IsSentWhenTheStoreIsBack) {  // [DUR-45] [DUR-18]
  Outbox run;
  run.has_port = false;
  run.new_process();
  (void)run.run_to("42");
  run.has_port = true;
  run.new_process();
  run.store->read_failures = 1;
  EXPECT_EQ(run.send(), 0u);

  EXPECT_EQ(run.send(), 1u);
}

TEST(Outbox, IsLeftToAProcessThatCanDeliverThere) {  // [DUR-45] [IO-09]
  Outbox run;
  run.receiver.foreign = {"42"};

  EXPECT_EQ(run.run_to("42").outgoing->state, OutgoingState::pending);
  EXPECT_EQ(run.send(), 0u);

  EXPECT_EQ(run.row()->tries, 0);
  EXPECT_THAT(run.receiver.arrived, IsEmpty());
  run.receiver.foreign.clear();
  EXPECT_EQ(run.send(), 1u);
}

TEST(Outbox, HasTheEndOfARunThatCouldNotBeOpened) {  // [DUR-45] [DUR-39]
  Outbox run;
  run.add_tool("gone", tool::Effect::pure);
  auto queued = run.to("42");
  queued.start = Invocation::Start::queued;
  (void)run.loop.run(run.executor->run(run.agent, std::move(queued)));
  run.forget_tools();
  run.new_process();
  run.post(commands::cancel());
  ASSERT_EQ(run.recover()->status, RunStatus::cancelled);

  EXPECT_EQ(run.send(), 1u);

  EXPECT_THAT(run.receiver.arrived, ElementsAre(HasSubstr("error: cancelled")));
}

TEST(Outbox, IsWithdrawnWhenTheRunGoesOn) {  // [DUR-45] [DUR-40]
  Outbox run;
  run.receiver.breaks = {"42"};
  run.model->on_call = [] { throw failed("model.failed", "out of order"); };
  ASSERT_EQ(run.run_to("42").status, RunStatus::error);
  auto first = run.row()->seq;
  run.model->on_call = nullptr;
  EXPECT_EQ(run.loop.run(retry_run(*run.store, *RunId::parse("run"))), Reopening::accepted);
  EXPECT_FALSE(run.row());
  run.receiver.breaks.clear();

  EXPECT_TRUE(run.recover()->ok());

  EXPECT_GT(run.row()->seq, first) << "a second end is another one";
  run.loop.advance(std::chrono::hours(2));
  EXPECT_EQ(run.send(), 1u) << "that alone";
  EXPECT_THAT(run.receiver.arrived, ElementsAre(HasSubstr("error: out of order"), HasSubstr(" done")));
}

Task<void> retried_and_ended(Outbox& run, Executor& other, journal::JournalStore& store) {
  run.model->on_call = nullptr;
  (void)co_await retry_run(store, *RunId::parse("run"));
  auto row = co_await store.find(*RunId::parse("run"));
  auto claimed = co_await store.claim(row->id, row->epoch);
  (void)co_await other.resume(std::move(*claimed));
}

// The first process looks for what it has to send when the run has gone on and ended elsewhere.
TEST(Outbox, OfAnEndThatWasTakenBackSendsNothingUnderTheNextOnesKey) {  // [DUR-45] [DUR-40]
  Outbox run;
  run.receiver.breaks = {"42"};
  run.new_process();
  auto& first = *run.executor;
  auto& firsts_store = *run.store;
  auto other = run.journal.open_worker();
  ExecutorConfig config;
  config.registry = &run.tools();
  config.models = &run.models();
  config.ports.journal = other.get();
  Executor elsewhere(std::move(config));
  run.model->on_call = [] { throw failed("model.failed", "out of order"); };
  firsts_store.before_outgoing = [&] { return retried_and_ended(run, elsewhere, *other); };

  auto outcome = run.loop.run(first.run(run.agent, run.to("42")));

  EXPECT_EQ(outcome.status, RunStatus::error);
  firsts_store.before_outgoing = nullptr;
  EXPECT_THAT(run.receiver.arrived, IsEmpty()) << "that end is none any more";
  EXPECT_FALSE(outcome.outgoing);
  run.receiver.breaks.clear();
  EXPECT_EQ(run.send(), 1u);
  EXPECT_THAT(run.receiver.arrived, ElementsAre(HasSubstr(" done")));
}

TEST(Outbox, OfARunThatNoStoreKeepsIsSentOnce) {  // [IO-10] [DUR-45]
  Outbox run;
  run.agent.durability = Durability::memory;
  run.receiver.breaks = {"42"};

  auto outcome = run.run_to("42");

  EXPECT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome.outgoing);
  EXPECT_THAT(run.receiver.arrived, SizeIs(1));
}

}  // namespace
}  // namespace executus::run
