// Tools whose calls never come to an outcome do not hold their run until its time is used up.
#include <gtest/gtest.h>

#include "run/calls/settle.hpp"
#include "run/harness_test.hpp"
#include "run/record/backoff.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

// A run with one call whose outcome stays unknown.
struct UnknownRun : Harness {
  explicit UnknownRun(tool::Effect effect)
      : Harness([](std::size_t turn) { return turn == 0 ? calls({{"a", "act", "{}"}}) : says("done"); }),
        act(add_tool("act", effect)) {
    act.act = [] { return tool::Unknown{"504"}; };
    agent.max_runtime = std::chrono::hours(10);
  }
  int dispatches() const { return world.dispatches.empty() ? 0 : world.dispatches.begin()->second; }

  EffectTool& act;
};

TEST(UnknownForEver, IsInDoubtAfterThreeDispatchesThatAProbeDenies) {
  UnknownRun run(tool::Effect::probeable);
  run.act.probe_answer = tool::DidNotHappen{};

  auto outcome = run.run();

  EXPECT_EQ(run.dispatches(), 3);
  EXPECT_EQ(run.act.probes, 3);
  EXPECT_EQ(outcome.status, RunStatus::waiting);
  EXPECT_EQ(outcome.reason, "in_doubt");
}

TEST(UnknownForEver, IsInDoubtAfterThreeDispatchesThatThePolicyAskedFor) {  // [DUR-07]
  for (auto effect :
       {tool::Effect::idempotent, tool::Effect::keyed, tool::Effect::probeable, tool::Effect::irreversible}) {
    SCOPED_TRACE(to_string(effect));
    UnknownRun run(effect);
    run.agent.on_in_doubt = OnInDoubt::retry;
    run.act.probe_answer = tool::Unclear{"500"};

    auto outcome = run.run();

    EXPECT_EQ(run.dispatches(), 3);
    EXPECT_EQ(outcome.reason, "in_doubt");
  }
}

TEST(UnknownForEver, IsToldToTheModelWhereTheCallIsPure) {  // [DUR-07]
  UnknownRun run(tool::Effect::pure);

  EXPECT_TRUE(run.run().ok());

  EXPECT_EQ(run.dispatches(), 3);
}

TEST(UnknownForEver, CountsAnewAfterAPersonAskedForIt) {  // [DUR-06]
  UnknownRun run(tool::Effect::irreversible);
  run.agent.on_in_doubt = OnInDoubt::retry;
  (void)run.run();
  run.act.act = [] { return tool::Done{"did it", {}}; };

  run.post(commands::resolve({0, 0}, commands::Resolution::retry, ""));
  run.new_process();

  EXPECT_TRUE(run.recover()->ok());
  EXPECT_EQ(run.dispatches(), 4);
}

TEST(Unknown, IsAskedOfAProbeThatDoesNotAnswerWithGrowingPauses) {  // [DUR-05]
  UnknownRun run(tool::Effect::probeable);
  run.act.probe_answer = tool::Unclear{"500"};
  auto start = run.loop.clock().mono();

  EXPECT_EQ(run.run().reason, "in_doubt");

  EXPECT_EQ(run.act.probes, 3);
  EXPECT_EQ(run.loop.clock().mono() - start, run.act.info().timeout + backoff(1) + backoff(2));
}

TEST(Unknown, IsJournaledWithItsCauseForWhoeverDecides) {  // [DUR-06]
  UnknownRun run(tool::Effect::irreversible);

  EXPECT_EQ(run.run().reason, "in_doubt");

  std::string detail;
  for (const auto& entry : run.entries())
    if (const auto* waited = std::get_if<journal::Waited>(&entry.payload)) detail = waited->detail;
  EXPECT_EQ(detail, "'act': 504");
}

TEST(Unknown, IsSaidToTheModelWithItsCauseAndForWhatTheCallIs) {  // [DUR-05]
  for (auto [effect, advised] : {std::pair{tool::Effect::pure, false}, {tool::Effect::irreversible, true}}) {
    Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "act", "{}"}}) : says("done"); });
    run.agent.on_in_doubt = OnInDoubt::tell_model;
    run.add_tool("act", effect).act = [] { return tool::Unknown{"the cable was cut"}; };
    EXPECT_TRUE(run.run().ok());
    const auto& text = run.model->requests.back().messages.back().tool_results.at(0).text;
    EXPECT_NE(text.find("the cable was cut"), std::string::npos) << text;
    EXPECT_EQ(text.find("Do not repeat it") != std::string::npos, advised) << text;
  }
}

}  // namespace
}  // namespace executus::run
