#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/run/answering.hpp>

#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using Verdict = CallAnswered::Verdict;

// Takes the run up, and leaves it one entry further on.
Task<void> move_on(journal::JournalStore& store, RunId run) {
  auto row = co_await store.find(run);
  auto claimed = co_await store.claim(run, row->epoch);
  journal::Append append;
  append.run = run;
  append.epoch = claimed->epoch;
  append.after = claimed->last_seq;
  append.entries.push_back(
      {append.after + 1, {}, Milliseconds(0), journal::Waited{WaitReason::approval, {}, "again", std::nullopt}});
  (void)co_await store.append(std::move(append));
  co_await store.release(run, claimed->epoch, journal::Attempt::does_not_count);
}

Task<void> stay() { co_return; }

// A run that waits for a person's word about its calls "c", "d", ...
struct Asking : Harness {
  explicit Asking(std::vector<llm::ToolCall> asked = {{"c", "act", "{}"}})
      : Harness([asked](std::size_t turn) { return turn == 0 ? calls(asked) : says("done"); }) {
    add_tool("act", tool::Effect::irreversible);
    agent.permissions.ask = {"act"};
    EXPECT_EQ(run().reason, "approval");
    new_process();
  }
  CallAnswered approve(std::string call = "", Approval answer = Approval::approved) {
    return loop.run(answer_approval(*store, id, std::move(call), answer, {}));
  }
  const RunId id = *RunId::parse("run");
};

TEST(Answering, LetsTheRunGoOnWithItsCall) {  // [DUR-32]
  Asking run;

  auto answered = run.approve();

  EXPECT_EQ(answered.verdict, Verdict::given);
  EXPECT_EQ(answered.call.call.id, "c");
  EXPECT_TRUE(run.recover()->ok());
  EXPECT_EQ(run.total_effects(), 1);
}

TEST(Answering, IsTriedAgainWhenTheRunMovesOnMeanwhile) {  // [DUR-32]
  Asking run;
  int moves = 0;
  run.store->before_answer = [&] {
    ++moves;
    return moves < 3 ? move_on(run.store->inner(), run.id) : stay();
  };

  EXPECT_EQ(run.approve().verdict, Verdict::given);
  EXPECT_EQ(moves, 3);
}

TEST(Answering, OfARunThatMovesOnAllTheTimeEnds) {
  Asking run;
  int moves = 0;
  run.store->before_answer = [&] {
    ++moves;
    return move_on(run.store->inner(), run.id);
  };

  EXPECT_EQ(run.approve().verdict, Verdict::keeps_moving);
  EXPECT_EQ(moves, 100);
}

TEST(Answering, TellsASecondPersonWhatTheFirstOneSaid) {  // [DUR-32]
  Asking run;
  ASSERT_EQ(run.approve("", Approval::rejected).verdict, Verdict::given);

  auto second = run.approve("c");

  EXPECT_EQ(second.verdict, Verdict::answered_before);
  EXPECT_EQ(commands::answer_name(second.earlier), "rejected");
}

TEST(Answering, TellsWhoAnsweredWhatTheRunHasTakenIn) {  // [DUR-32]
  Asking run({{"c", "act", "{}"}, {"d", "act", "{}"}});
  AnswerNote ada{"ada", "too much"};
  (void)run.loop.run(answer_approval(*run.store, run.id, "c", Approval::rejected, ada));
  EXPECT_EQ(run.recover()->status, RunStatus::waiting);

  auto second = run.approve("c");

  EXPECT_EQ(second.verdict, Verdict::answered_before);
  EXPECT_EQ(second.call.call.id, "c");
  EXPECT_EQ(earlier_answer(second), "rejected");
  EXPECT_EQ(second.earlier.payload.at("by"), "ada");
  EXPECT_EQ(run.approve("d").verdict, Verdict::given);
  EXPECT_TRUE(run.recover()->ok());
  EXPECT_EQ(run.approve("d").verdict, Verdict::run_ended);
}

TEST(Answering, NamesTheCallWhereSeveralAsk) {
  Asking run({{"c", "act", "{}"}, {"d", "act", "{}"}});

  EXPECT_EQ(run.approve().verdict, Verdict::which);
  EXPECT_EQ(run.approve("e").verdict, Verdict::other_call);
  EXPECT_EQ(run.approve("d").call.call.id, "d");
  EXPECT_EQ(run.approve().call.call.id, "c") << "the only one that is open";
}

TEST(Answering, IsRefusedWhereNothingIsAsked) {
  Asking run;

  EXPECT_EQ(run.loop.run(answer_doubt(*run.store, run.id, "", Resolution::retry, "", {})).verdict, Verdict::not_asked);
  EXPECT_EQ(run.loop.run(answer_doubt(*run.store, *RunId::parse("nobody"), "", Resolution::retry, "", {})).verdict,
            Verdict::no_such_run);
}

TEST(Answering, ToACancelledRunDoesNotCount) {  // [DUR-38]
  Asking run;
  ASSERT_EQ(run.loop.run(run.store->post(run.id, commands::cancel())), journal::PostVerdict::accepted);

  auto answered = run.approve();

  EXPECT_EQ(answered.verdict, Verdict::given_up);
  EXPECT_EQ(answered.why->above, "");
}

}  // namespace
}  // namespace executus::run
