// Runs that are stored later than they begin (Durability::lazy).
#include "kernel/lazy_test.hpp"

#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/family_test.hpp"

namespace executus::run {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(LazyRun, OfReadOnlyStepsCostsOneCommit) {  // [HOST-01]
  LazyRun strict;
  strict.agent.durability = Durability::strict;
  auto as_ever = strict.drive();
  LazyRun run;

  auto outcome = run.drive();

  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(run.journal.commits(), 1u);
  EXPECT_EQ(strict.journal.commits(), 6u) << "admission, four responses, end";
  EXPECT_THAT(run.at_look, ElementsAre(IsEmpty(), IsEmpty(), IsEmpty()));
  EXPECT_EQ(run.kinds(outcome.run_id.str()), strict.kinds(as_ever.run_id.str()));
  EXPECT_EQ(run.row().status, RunStatus::ok);
  EXPECT_EQ(run.row().durability, Durability::strict);
  EXPECT_EQ(run.row().steps, strict.row().steps);
  EXPECT_EQ(run.row().usage, strict.row().usage);
  EXPECT_EQ(run.row().created, run.entries(outcome.run_id.str()).at(0).at);
}

TEST(LazyRun, IsStoredBeforeACallWithEffectsIsSent) {  // [HOST-01]
  for (auto effect :
       {tool::Effect::idempotent, tool::Effect::keyed, tool::Effect::probeable, tool::Effect::irreversible}) {
    LazyRun run(effect);

    ASSERT_TRUE(run.drive().ok());

    Kinds before{"admitted", "opened",    "responded", "settled",  "responded",
                 "settled",  "responded", "settled",   "responded"};
    if (tool::is_gated(effect)) before.emplace_back("intended");
    EXPECT_THAT(run.at_look, ElementsAre(IsEmpty(), IsEmpty(), IsEmpty()));
    EXPECT_THAT(run.at_act, ElementsAre(before)) << to_string(effect);
  }
}

TEST(LazyRun, IsRecoveredAfterAKillInsideItsFirstCallWithEffects) {  // [HOST-01] [DUR-08]
  LazyRun run(tool::Effect::irreversible);
  run.act->before_effect = [&] { run.store->dead = true; };
  (void)run.drive();
  run.new_process();

  auto outcome = run.recover(run.row().id.str());

  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->status, RunStatus::waiting);
  EXPECT_EQ(outcome->reason, "in_doubt");
  EXPECT_EQ(run.total_effects(), 4) << "three looks, and it was not done twice";
}

TEST(LazyRun, LeavesNothingWhenItsProcessDiesBefore) {  // [HOST-01]
  LazyRun run(tool::Effect::irreversible);
  run.look->before_effect = [&] { run.store->dead = true; };
  (void)run.drive();
  run.new_process();

  EXPECT_THAT(run.stored(), IsEmpty());
  EXPECT_THAT(run.at_act, IsEmpty());
}

TEST(LazyRun, IsStoredWhenItIsOldEnoughInTheMiddleOfAModelCall) {  // [HOST-01]
  LazyRun run;
  run.agent.durable_after = seconds(2);
  run.model->wait.emplace();
  ManualGroup tasks(run.loop);
  tasks.spawn(run.keep(run.invocation()));
  run.loop.run_ready();
  run.loop.advance(Milliseconds(1'999));
  EXPECT_THAT(run.stored(), IsEmpty());

  run.loop.advance(Milliseconds(1));

  EXPECT_THAT(run.stored(), ElementsAre("admitted", "opened"));
  EXPECT_EQ(run.row().status, RunStatus::running);
  run.model->wait->set();
  run.loop.run_ready();
  ASSERT_TRUE(run.outcome.has_value());
  EXPECT_TRUE(run.outcome->ok()) << run.outcome->error;
  EXPECT_THAT(run.at_look.at(0), ElementsAre("admitted", "opened", "responded"));
}

TEST(LazyRun, IsStoredWhenItIsOldEnoughOnceTheStoreIsBack) {  // [HOST-01]
  LazyRun run;
  run.model->wait.emplace();
  ManualGroup tasks(run.loop);
  tasks.spawn(run.keep(run.invocation()));
  run.loop.run_ready();
  run.journal.go_away();
  run.loop.advance(kDurableAfter);
  EXPECT_THAT(run.stored(), IsEmpty());

  run.journal.come_back();
  run.loop.advance(seconds(2));

  EXPECT_THAT(run.stored(), ElementsAre("admitted", "opened"));
}

TEST(LazyRun, IsLeftForRecoveryByAShutdown) {  // [HOST-01]
  LazyRun run;
  CancelScope scope;
  run.look->sees = [&](const tool::Call&) { scope.cancel({Cause::shutdown, "the program is ending"}); };
  auto left = run.loop.run(run.in_scope(scope, run.executor->run(run.agent, run.invocation())));
  EXPECT_EQ(left.status, RunStatus::running);
  EXPECT_EQ(run.journal.commits(), 2u) << "it is stored and given back";
  run.look->sees = nullptr;
  run.new_process();

  auto outcome = run.recover(left.run_id.str());

  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->ok()) << outcome->error;
  EXPECT_EQ(run.model->asked[0], 1) << "what was paid for is there";
}

TEST(LazyRun, SaysThatItIsLostWhereItCannotBeStored) {  // [HOST-01]
  LazyRun run;
  CancelScope scope;
  run.look->sees = [&](const tool::Call&) {
    run.journal.go_away();
    scope.cancel({Cause::shutdown, "the program is ending"});
  };

  auto outcome = run.loop.run(run.in_scope(scope, run.executor->run(run.agent, run.invocation())));

  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_THAT(outcome.error, HasSubstr("start it again"));
  run.journal.come_back();
  EXPECT_THAT(run.stored(), IsEmpty());
}

// The store does not even say whether it is there.
TEST(LazyRun, DoesNotSayThatItIsLostWhereThatIsNotKnown) {  // [HOST-01]
  LazyRun run;
  CancelScope scope;
  run.look->sees = [&](const tool::Call&) {
    run.store->dead = true;
    scope.cancel({Cause::shutdown, "the program is ending"});
  };

  auto outcome = run.loop.run(run.in_scope(scope, run.executor->run(run.agent, run.invocation())));

  EXPECT_EQ(outcome.status, RunStatus::running);
  EXPECT_EQ(outcome.error, "");
  EXPECT_THAT(outcome.reason, HasSubstr("may be stored or not"));
  EXPECT_THAT(outcome.reason, HasSubstr("executus runs show " + outcome.run_id.str()));
}

// As the timer of its age does it while the store gives no answers.
TEST(LazyRun, IsLeftToRecoveryWhenItWasStoredWithoutAnAnswer) {  // [HOST-01]
  LazyRun run(tool::Effect::irreversible);
  run.model->wait.emplace();
  run.store->after_admit = [&run] {
    run.store->calls_until_away = 0;  // nor does it say what it has
    throw Error(ErrorKind::disconnected, "store.away", "the store is away");
  };
  ManualGroup tasks(run.loop);
  tasks.spawn(run.keep(run.invocation()));
  run.loop.run_ready();
  run.loop.advance(kDurableAfter);
  ASSERT_THAT(run.stored(), ElementsAre("admitted", "opened"));
  run.store->after_admit = nullptr;
  run.model->wait->set();  // its answer comes before the next try of the timer
  run.loop.run_ready();

  ASSERT_TRUE(run.outcome.has_value());
  EXPECT_EQ(run.outcome->status, RunStatus::running);
  EXPECT_THAT(run.outcome->reason, HasSubstr("by a try that had no answer"));
  EXPECT_THAT(run.at_act, IsEmpty());
  EXPECT_EQ(run.row().worker, "");
  run.new_process();
  auto recovered = run.recover(run.outcome->run_id.str());
  ASSERT_TRUE(recovered.has_value());
  EXPECT_TRUE(recovered->ok()) << recovered->error;
  EXPECT_THAT(run.at_act, SizeIs(1));
}

TEST(LazyRun, IsStoredAsCancelledWithOneCommit) {  // [HOST-01]
  LazyRun run;
  CancelScope scope;
  run.look->sees = [&](const tool::Call&) { scope.cancel({Cause::caller, "enough"}); };

  auto outcome = run.loop.run(run.in_scope(scope, run.executor->run(run.agent, run.invocation())));

  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_EQ(run.row().status, RunStatus::cancelled);
  EXPECT_EQ(run.journal.commits(), 1u);
}

TEST(LazyRun, IsStoredWhereItWaits) {  // [HOST-01]
  LazyRun run;
  run.agent.permissions.ask = {"look"};

  auto outcome = run.drive();

  EXPECT_EQ(outcome.status, RunStatus::waiting);
  EXPECT_EQ(run.row().status, RunStatus::waiting);
  EXPECT_EQ(run.row().reason, "approval");
  EXPECT_EQ(run.row().worker, "");
  EXPECT_THAT(run.stored(), ElementsAre("admitted", "opened", "responded", "gated", "waited"));
}

TEST(LazyRun, IsContinuedAsAnyOther) {  // [HOST-01]
  LazyRun run;
  auto first = run.drive();
  auto next = run.invocation();
  next.continues = first.run_id;

  auto outcome = run.drive(std::move(next));

  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.inherited_messages, first.messages.size());
  EXPECT_EQ(run.journal.commits(), 2u);
}

TEST(LazyRun, IsLostWhenTheRunItContinuesIsErased) {  // [HOST-01]
  LazyRun run;
  auto first = run.drive();
  auto next = run.invocation();
  next.continues = first.run_id;
  run.model->wait.emplace();
  ManualGroup tasks(run.loop);
  tasks.spawn(run.keep(std::move(next)));
  run.loop.run_ready();
  EXPECT_EQ(run.loop.run(run.others->erase(first.run_id, journal::Erasing::for_good)).verdict,
            journal::EraseVerdict::erased);

  run.model->wait->set();
  run.loop.run_ready();

  ASSERT_TRUE(run.outcome.has_value());
  EXPECT_EQ(run.outcome->status, RunStatus::error);
  EXPECT_THAT(run.outcome->error, HasSubstr("was erased"));
}

}  // namespace
}  // namespace executus::run
