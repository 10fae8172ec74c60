// Calls that are cancelled after they were handed to their tool, and before that began: nothing was sent, unless it was
// before.
#include <algorithm>

#include <gtest/gtest.h>

#include "run/call_then_answer_test.hpp"

namespace executus::run {
namespace {

using llm::CallState;

struct UnbegunCall : Harness {
  explicit UnbegunCall(tool::Effect effect) : Harness(call_then_answer("act")), act(add_tool("act", effect)) {}

  // The next dispatch waits for its turn, and the run is cancelled meanwhile.
  void cancel_before_it_begins(Cause why) {
    cause = why;
    act.change().begins = tool::Begins::in_turn;
    act.around = [this](OneShot<> never) { return wait_for_turn(never); };
  }
  Task<void> wait_for_turn(OneShot<> never) {
    TaskContext context = co_await this_task();
    ++waited;
    context.strand->post([this] { scope.cancel({cause, "as the test says"}); });
    co_await never.wait();
  }
  RunOutcome recover_in_scope() {
    auto row = *loop.run(store->inner().find(*RunId::parse("run")));
    auto claimed = loop.run(store->inner().claim(row.id, row.epoch));
    return loop.run(in_scope(scope, executor->resume(std::move(*claimed))));
  }
  bool took_intent_back() {
    auto names = kinds();
    return std::ranges::find(names, "retried") != names.end();
  }
  // What was sent before may have happened, so the intent is not taken back.
  void expect_in_doubt(const RunOutcome& outcome) {
    EXPECT_EQ(waited, 1);
    EXPECT_FALSE(took_intent_back());
    EXPECT_EQ(outcome.tool_calls.at(0).state, cause == Cause::shutdown ? CallState::dispatched : CallState::in_doubt);
  }

  EffectTool& act;
  CancelScope scope;
  Cause cause = Cause::caller;
  int waited = 0;
};

constexpr Cause kCauses[] = {Cause::caller, Cause::shutdown};

TEST(UnbegunCall, WasNotSent) {  // [DUR-08]
  for (auto cause : kCauses) {
    SCOPED_TRACE(to_string(cause));
    UnbegunCall run(tool::Effect::irreversible);
    run.cancel_before_it_begins(cause);

    auto outcome = run.run_in(run.scope);

    EXPECT_EQ(run.waited, 1);
    EXPECT_EQ(outcome.tool_calls.at(0).state, CallState::not_dispatched);
    EXPECT_TRUE(run.took_intent_back());
  }
}

TEST(UnbegunCall, OfAnIntentThatADeadProcessLeftIsInDoubt) {  // [DUR-05] [DUR-08]
  for (auto cause : kCauses)
    for (auto effect : {tool::Effect::keyed, tool::Effect::irreversible}) {
      SCOPED_TRACE(std::string(to_string(cause)) + ", " + std::string(to_string(effect)));
      UnbegunCall run(effect);
      run.agent.on_in_doubt = OnInDoubt::retry;
      run.act.before_effect = [&] { run.store->dead = true; };
      (void)run.run();
      run.act.before_effect = nullptr;
      run.new_process();
      run.cancel_before_it_begins(cause);

      run.expect_in_doubt(run.recover_in_scope());
    }
}

TEST(UnbegunCall, AfterAnAttemptOfUnknownOutcomeIsInDoubt) {  // [DUR-05] [DUR-08]
  for (auto cause : kCauses)
    for (auto effect : {tool::Effect::keyed, tool::Effect::irreversible}) {
      SCOPED_TRACE(std::string(to_string(cause)) + ", " + std::string(to_string(effect)));
      UnbegunCall run(effect);
      run.agent.on_in_doubt = OnInDoubt::retry;
      run.act.act = [&]() -> tool::Outcome {
        run.cancel_before_it_begins(cause);
        return tool::Unknown{"the connection broke off"};
      };

      run.expect_in_doubt(run.run_in(run.scope));
    }
}

// The store is so slow that the intent is old when it is durable, and is written again.
TEST(UnbegunCall, OfARenewedIntentWasNotSent) {  // [DUR-08] [DUR-17]
  for (auto cause : kCauses) {
    SCOPED_TRACE(to_string(cause));
    UnbegunCall run(tool::Effect::probeable);
    int intents = 0;
    run.store->on_append = [&](const journal::Append& append) {
      bool intends = std::ranges::any_of(
          append.entries, [](const auto& entry) { return std::holds_alternative<journal::Intended>(entry.payload); });
      if (intends && ++intents == 1) run.loop.manual_clock().advance(Milliseconds(2'000));
    };
    run.cancel_before_it_begins(cause);

    auto outcome = run.run_in(run.scope);

    EXPECT_EQ(intents, 2) << "it was renewed";
    EXPECT_EQ(run.waited, 1);
    EXPECT_EQ(outcome.tool_calls.at(0).state, CallState::not_dispatched);
    EXPECT_TRUE(run.took_intent_back());
  }
}

}  // namespace
}  // namespace executus::run
