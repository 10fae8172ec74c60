#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/run/run_state.hpp>

#include "run/family_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// The boss waits for its researcher, which asks whether it may look.
struct AskingFamily : Family {
  AskingFamily() : Family(family, tool::Effect::irreversible) {
    sub_agents.agents["researcher"].agent.permissions.ask = {"look"};
    EXPECT_EQ(run().reason, "child");
    new_process();
  }
  RunState state(const RunId& of) {
    auto row = loop.run(store->find(of));
    return loop.run(read_run_state(*store, *row));
  }
  RunState state() { return state(*RunId::parse("run")); }
  RunId child() { return children().at(0).id; }
  void answer_child() {
    EXPECT_EQ(loop.run(answer_approval(*store, child(), "l", Approval::approved, {})).verdict,
              CallAnswered::Verdict::given);
  }
};

TEST(RunState, OfARunThatWaitsHasThoseBelowAndWhatTheyAsk) {  // [API-03]
  AskingFamily family;

  auto state = family.state();

  EXPECT_EQ(state.standing, "waiting (child)");
  EXPECT_FALSE(state.driven);
  ASSERT_THAT(state.questions, SizeIs(1));
  EXPECT_EQ(state.questions[0].run, family.child());
  ASSERT_THAT(state.below, SizeIs(1));
  EXPECT_EQ(state.below[0].row.id, family.child());
  EXPECT_THAT(state.below[0].questions, SizeIs(1));
  EXPECT_FALSE(state.answered || state.ready || state.below[0].answered);
}

TEST(RunState, SaysThatAllIsAnsweredAndThatTheRunsBelowHaveEnded) {  // [API-03]
  AskingFamily family;
  family.answer_child();

  auto answered = family.state();
  EXPECT_TRUE(answered.below.at(0).answered);
  EXPECT_FALSE(answered.answered) << "the boss itself asked nothing";
  EXPECT_THAT(answered.questions, IsEmpty());

  auto claimed = family.loop.run(family.store->claim(family.child(), answered.below[0].row.epoch));
  ASSERT_TRUE(claimed);
  ASSERT_TRUE(family.loop.run(family.executor->resume(std::move(*claimed))).ok());
  EXPECT_TRUE(family.state().ready);
  EXPECT_THAT(family.state().below, IsEmpty());
}

TEST(RunState, OfRunsThatAreToEndAsksNothing) {  // [API-03]
  AskingFamily family;
  family.post(commands::cancel());

  EXPECT_THAT(family.state().questions, IsEmpty());
  EXPECT_EQ(family.state().given_up->above, "");
  EXPECT_EQ(family.state(family.child()).given_up->above, "run");
}

TEST(RunState, ThatCannotBeReadSaysWhy) {  // [API-03]
  AskingFamily family;
  family.store->damage = failed("journal.newer", "of a newer executus");

  auto state = family.state();

  EXPECT_EQ(state.unreadable->code(), "journal.newer");
  EXPECT_THAT(state.questions, IsEmpty());
  EXPECT_EQ(unreadable_in(state.below.at(0))->code(), "journal.newer");
  EXPECT_THROW((void)family.loop.run(open_questions(*family.store, state.row)), Error);
}

}  // namespace
}  // namespace executus::run
