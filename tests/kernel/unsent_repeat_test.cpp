// A repetition that was not sent says nothing of the attempts before it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::HasSubstr;

tool::Outcome refused() { return tool::Failed{"the connection was refused; nothing was sent", true}; }

// A run with one call, whose target is gone after the attempts that `reach` it: each of these has no known outcome.
struct GoneTarget : Harness {
  explicit GoneTarget(tool::Effect effect, int reach = 1)
      : Harness([](std::size_t turn) { return turn == 0 ? calls({{"a", "act", "{}"}}) : says("done"); }),
        act(add_tool("act", effect)),
        left(reach) {
    act.act = [this]() -> tool::Outcome {
      if (left-- > 0) return tool::Unknown{"the connection broke off"};
      return refused();
    };
  }
  int dispatches() const { return world.dispatches.empty() ? 0 : world.dispatches.begin()->second; }
  llm::CallState state(const RunOutcome& outcome) const { return outcome.tool_calls.at(0).state; }
  std::string told() const { return model->requests.back().messages.back().tool_results.at(0).text; }

  EffectTool& act;
  int left;
};

TEST(UnsentRepeat, OfACallThatMayHaveHappenedLeavesItInDoubt) {  // [DUR-05]
  for (auto effect : {tool::Effect::idempotent, tool::Effect::keyed}) {
    SCOPED_TRACE(to_string(effect));
    GoneTarget run(effect);

    auto outcome = run.run();

    EXPECT_EQ(run.dispatches(), 3);
    EXPECT_EQ(outcome.status, RunStatus::waiting);
    EXPECT_EQ(outcome.reason, "in_doubt");
  }
}

TEST(UnsentRepeat, IsNotToldToTheModelAsAFailure) {  // [DUR-05] [DUR-07]
  GoneTarget run(tool::Effect::keyed);
  run.agent.on_in_doubt = OnInDoubt::tell_model;

  EXPECT_TRUE(run.run().ok());

  EXPECT_THAT(run.told(), HasSubstr("is unknown: it may or may not have happened"));
  EXPECT_THAT(run.told(), HasSubstr("the connection was refused")) << "and why it could not be repeated";
}

TEST(UnsentRepeat, AfterACrashLeavesTheCallInDoubt) {  // [DUR-05]
  GoneTarget run(tool::Effect::keyed, 0);
  run.act.before_effect = [&] { run.store->dead = true; };
  (void)run.run();
  run.act.before_effect = nullptr;
  run.new_process();

  auto outcome = run.recover();

  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->reason, "in_doubt");
}

TEST(UnsentRepeat, ThatAPersonAskedForLeavesTheCallInDoubt) {  // [DUR-05] [DUR-06]
  for (auto effect : {tool::Effect::keyed, tool::Effect::irreversible}) {
    SCOPED_TRACE(to_string(effect));
    GoneTarget run(effect, 3);
    (void)run.run();
    run.left = 0;
    run.post(commands::resolve({0, 0}, commands::Resolution::retry, ""));
    run.new_process();

    auto outcome = run.recover();

    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->reason, "in_doubt") << "the attempt before may have happened";
  }
}

TEST(UnsentRepeat, IsAFailureWhereAProbeSaidThatNothingHappened) {  // [DUR-05]
  GoneTarget run(tool::Effect::probeable);
  run.act.probe_answer = tool::DidNotHappen{};

  EXPECT_TRUE(run.run().ok());

  EXPECT_EQ(run.dispatches(), 2);
  EXPECT_EQ(run.told(), "the connection was refused; nothing was sent");
}

TEST(UnsentRepeat, IsAFailureWhereNothingWasSentBefore) {  // [DUR-08]
  for (auto effect : {tool::Effect::keyed, tool::Effect::probeable, tool::Effect::irreversible}) {
    SCOPED_TRACE(to_string(effect));
    GoneTarget run(effect, 0);

    EXPECT_TRUE(run.run().ok());

    EXPECT_EQ(run.dispatches(), 1);
    EXPECT_THAT(run.told(), HasSubstr("nothing was sent"));
  }
}

// A person asked for another attempt, and the run is to stop before that is sent.
TEST(UnsentRepeat, ThatARunThatEndsHadNotComeToIsInDoubt) {  // [DUR-05]
  for (bool intended : {false, true}) {
    SCOPED_TRACE(intended ? "while its intent is written" : "before its intent is written");
    GoneTarget run(tool::Effect::irreversible);
    (void)run.run();
    run.post(commands::resolve({0, 0}, commands::Resolution::retry, ""));
    CancelScope scope;
    EntryObserver observer([&](const journal::Entry& entry) {
      bool now = intended ? std::holds_alternative<journal::Intended>(entry.payload)
                          : std::holds_alternative<journal::Retried>(entry.payload);
      if (now) scope.cancel({Cause::caller, "as the test says"});
    });
    run.new_process(&observer);
    auto row = run.loop.run(run.store->inner().find(*RunId::parse("run")));
    auto claimed = run.loop.run(run.store->inner().claim(row->id, row->epoch));

    auto outcome = run.loop.run(Harness::in_scope(scope, run.executor->resume(std::move(*claimed))));

    EXPECT_EQ(outcome.status, RunStatus::cancelled);
    EXPECT_EQ(run.dispatches(), 1);
    EXPECT_EQ(run.state(outcome), llm::CallState::in_doubt);
  }
}

}  // namespace
}  // namespace executus::run
