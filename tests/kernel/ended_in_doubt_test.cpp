// A run that ends while a call with effects is in flight says so: in its journal, and in its outcome.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/calls/unsettled.hpp"
#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using llm::CallState;

llm::CallRecord ended_call(std::uint32_t index, CallState state) {
  llm::CallRecord call;
  call.position = {0, index};
  call.state = state;
  return call;
}

std::vector<llm::CallRecord> one_of_each_state() {
  std::vector<llm::CallRecord> calls;
  for (auto state : {CallState::pending, CallState::awaiting_approval, CallState::denied, CallState::dispatched,
                     CallState::not_dispatched, CallState::done, CallState::failed, CallState::in_doubt})
    calls.push_back(ended_call(static_cast<std::uint32_t>(calls.size()), state));
  return calls;
}

std::vector<llm::CallRecord> armed(std::vector<llm::CallRecord> calls) {
  for (auto& call : calls) call.armed = true;
  return calls;
}

bool no_call(const llm::CallRecord&) { return false; }
bool every_call(const llm::CallRecord&) { return true; }

TEST(Unsettled, IsWhatWasSent) {  // [DUR-05]
  auto unsettled = unsettled_of(one_of_each_state(), no_call);
  EXPECT_THAT(unsettled.unknown, ::testing::ElementsAre(llm::CallPosition{0, 3}));
  EXPECT_TRUE(unsettled.unsent.empty());
}

TEST(Unsettled, IsNotInDoubtWhenItWasNotSent) {  // [DUR-08]
  auto unsettled = unsettled_of(armed(one_of_each_state()), no_call);
  EXPECT_THAT(unsettled.unsent, ::testing::ElementsAre(llm::CallPosition{0, 3}));
  EXPECT_TRUE(unsettled.unknown.empty());
}

TEST(Unsettled, IsWhatWasToBeSentAgainAndWasNot) {  // [DUR-05]
  auto calls = one_of_each_state();
  for (auto& call : calls) call.repeated_in_doubt = true;
  using ::testing::ElementsAre;
  EXPECT_THAT(unsettled_of(calls, no_call).to_repeat, ElementsAre(llm::CallPosition{0, 4}));
  auto unsent = unsettled_of(armed(calls), no_call);
  EXPECT_THAT(unsent.to_repeat, ElementsAre(llm::CallPosition{0, 3}, llm::CallPosition{0, 4}));
  EXPECT_EQ(entries_when_left(unsent).size(), 1u) << "the intent is taken back";
  auto ended = entries_when_ended(unsent);
  ASSERT_EQ(ended.size(), 2u);
  EXPECT_THAT(std::get<journal::Waited>(ended[1]).calls, ElementsAre(llm::CallPosition{0, 3}, llm::CallPosition{0, 4}));
}

TEST(Unsettled, IsNotInDoubtWhenItIsARunOfItsOwn) {
  auto unsettled = unsettled_of(one_of_each_state(), every_call);
  EXPECT_TRUE(unsettled.unknown.empty());
}

// A run with one call that does not come back.
struct CutOffRun : Harness {
  explicit CutOffRun(tool::Effect effect)
      : Harness([](std::size_t turn) { return turn == 0 ? calls({{"a", "act", "{}"}}) : says("done"); }),
        act(add_tool("act", effect)) {
    act.change().timeout = std::chrono::minutes(10);
    act.around = [this](OneShot<> never) { return hang(never); };
  }
  Task<void> hang(OneShot<> never) {
    TaskContext context = co_await this_task();
    context.strand->post([this] {
      if (cause) scope.cancel({*cause, "as the test says"});
    });
    co_await never.wait();
  }
  void expect_in_doubt(const RunOutcome& outcome) {
    ASSERT_EQ(outcome.tool_calls.size(), 1u);
    EXPECT_EQ(outcome.tool_calls[0].state, CallState::in_doubt);
    EXPECT_FALSE(outcome.tool_calls[0].idempotency_key.empty());
    EXPECT_EQ(outcome.reason, "");
    auto read = journal::fold(entries());
    EXPECT_EQ(outcome_of(outcome.run_id, read, {}).status, outcome.status);
    EXPECT_EQ(read.conversation.calls()[0].state, CallState::in_doubt) << "as whoever reads the journal sees it";
    auto row = loop.run(store->find(outcome.run_id));
    EXPECT_EQ(row->status, outcome.status);
  }

  EffectTool& act;
  CancelScope scope;
  std::optional<Cause> cause;
};

TEST(EndedInDoubt, WhenItsTimeIsUp) {  // [DUR-05]
  for (auto effect : {tool::Effect::keyed, tool::Effect::probeable, tool::Effect::irreversible}) {
    SCOPED_TRACE(to_string(effect));
    CutOffRun run(effect);
    run.agent.max_runtime = std::chrono::minutes(1);

    auto outcome = run.run();

    EXPECT_EQ(outcome.status, RunStatus::timeout);
    run.expect_in_doubt(outcome);
    EXPECT_EQ(run.kinds(),
              (std::vector<std::string>{"admitted", "opened", "responded", "intended", "waited", "ended"}));
  }
}

TEST(EndedInDoubt, WhenItIsCancelledOrKilled) {  // [DUR-05]
  for (auto [cause, status] : {std::pair{Cause::caller, RunStatus::cancelled}, {Cause::kill, RunStatus::killed}}) {
    SCOPED_TRACE(to_string(cause));
    CutOffRun run(tool::Effect::irreversible);
    run.cause = cause;

    auto outcome = run.run_in(run.scope);

    EXPECT_EQ(outcome.status, status);
    run.expect_in_doubt(outcome);
  }
}

TEST(EndedInDoubt, WhenItIsCancelledAfterACrash) {  // [DUR-05]
  CutOffRun run(tool::Effect::irreversible);
  run.cause = Cause::ownership_lost;
  (void)run.run_in(run.scope);
  run.post(commands::cancel());
  run.new_process();

  auto outcome = run.recover();

  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, RunStatus::cancelled);
  run.expect_in_doubt(*outcome);
}

TEST(EndedInDoubt, NotForCallsWithoutEffects) {
  for (auto effect : {tool::Effect::pure, tool::Effect::idempotent}) {
    SCOPED_TRACE(to_string(effect));
    CutOffRun run(effect);
    run.cause = Cause::caller;

    auto outcome = run.run_in(run.scope);

    EXPECT_EQ(outcome.status, RunStatus::cancelled);
    EXPECT_NE(outcome.tool_calls[0].state, CallState::in_doubt);
    EXPECT_EQ(run.kinds().back(), "ended");
  }
}

TEST(EndedInDoubt, NotForACallThatWasNotSent) {  // [DUR-08]
  CutOffRun run(tool::Effect::irreversible);
  EntryObserver observer([&](const journal::Entry& entry) {
    if (std::holds_alternative<journal::Intended>(entry.payload)) run.scope.cancel({Cause::caller, ""});
  });
  run.new_process(&observer);

  auto outcome = run.run_in(run.scope);

  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_EQ(outcome.tool_calls[0].state, CallState::not_dispatched);
}

}  // namespace
}  // namespace executus::run
