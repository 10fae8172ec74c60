// Dies at every write of a run, one after the other, recovers, and compares with a run that was not killed.
#include <gtest/gtest.h>

#include "kernel/told_test.hpp"
#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using tool::Effect;

// Three steps: one call, an ordered batch of two, an answer.
llm::Response script(std::size_t turn) {
  switch (turn) {
    case 0:
      return calls({{"a", "act", R"({"n":1})"}});
    case 1:
      return calls({{"b", "act", R"({"n":2})"}, {"c", "act", R"({"n":3})"}});
    default:
      return says("done");
  }
}

RunOutcome run_undisturbed(Effect effect) {
  Harness h(script);
  h.add_tool("act", effect);
  return h.run();
}

// Settles with the truth, as a person would after looking at the target.
void settle_truthfully(Harness& h, const RunOutcome& parked) {
  for (std::size_t i = 0; i < parked.tool_calls.size(); ++i) {
    const auto& call = parked.tool_calls[i];
    if (call.state != llm::CallState::in_doubt) continue;
    llm::CallPosition position =
        i == 0 ? llm::CallPosition{0, 0} : llm::CallPosition{1, static_cast<std::uint32_t>(i - 1)};
    bool happened = h.world.effects[call.idempotency_key] > 0;
    h.post(commands::resolve(position, happened ? commands::Resolution::completed : commands::Resolution::retry,
                             "did it"));
  }
}

RunOutcome recover_to_the_end(Harness& h) {
  for (int i = 0; i < 10; ++i) {
    h.new_process();
    auto outcome = h.recover();
    if (!outcome) outcome = h.run();  // nothing was acknowledged: the caller asks again
    if (is_terminal(outcome->status)) return *outcome;
    settle_truthfully(h, *outcome);
  }
  throw std::runtime_error("the run does not end");
}

// Where a process may die besides its writes.
enum class DieIn { write, tool_before_effect, tool_after_effect };

class EveryStep : public ::testing::TestWithParam<std::tuple<Effect, DieIn>> {};

TEST_P(EveryStep, EndsAsIfNobodyHadKilledIt) {  // [DUR-01] [DUR-05] [DUR-08] [DUR-09] [DUR-24]
  auto [effect, die_in] = GetParam();
  auto calm = run_undisturbed(effect);
  int points = die_in == DieIn::write ? 8 : 3;
  for (int point = 0; point < points; ++point) {
    SCOPED_TRACE("death at point " + std::to_string(point));
    Harness h(script);
    h.agent.max_runtime = std::chrono::hours(1);
    auto& act = h.add_tool("act", effect);
    int countdown = point;
    auto die = [&] {
      if (countdown-- == 0) h.store->dead = true;
    };
    if (die_in == DieIn::write) h.store->writes_left = point;
    if (die_in == DieIn::tool_before_effect)
      act.before_effect = [&] {
        die();
        if (h.store->dead) throw Cancelled({Cause::ownership_lost, "dead"});
      };
    if (die_in == DieIn::tool_after_effect)
      act.act = [&]() -> tool::Outcome {
        die();
        return tool::Done{"did it", {}};
      };
    (void)h.run();

    auto outcome = recover_to_the_end(h);

    EXPECT_EQ(outcome.status, RunStatus::ok) << outcome.error;
    EXPECT_EQ(told(outcome), told(calm));
    EXPECT_EQ(digest_of(outcome), digest_of(calm));
    for (const auto& [turn, times] : h.model->asked) EXPECT_LE(times, 2) << "turn " << turn;
    int bought = 0;
    for (const auto& [turn, times] : h.model->asked) bought += times;
    EXPECT_LE(bought, 3 + 1) << "at most journaled responses + kills";
    EXPECT_EQ(h.world.effects.size(), 3u);
    for (const auto& [key, times] : h.world.effects)
      if (is_gated(effect)) EXPECT_EQ(times, 1) << "an effect happened twice";
  }
}

std::string name_of_case(const ::testing::TestParamInfo<std::tuple<Effect, DieIn>>& info) {
  static constexpr const char* where[] = {"write", "before_effect", "after_effect"};
  return std::string(to_string(std::get<0>(info.param))) + "_" + where[static_cast<int>(std::get<1>(info.param))];
}

INSTANTIATE_TEST_SUITE_P(Classes, EveryStep,
                         ::testing::Combine(::testing::Values(Effect::pure, Effect::idempotent, Effect::keyed,
                                                              Effect::probeable, Effect::irreversible),
                                            ::testing::Values(DieIn::write, DieIn::tool_before_effect,
                                                              DieIn::tool_after_effect)),
                         name_of_case);

// Journals are read in pages of a thousand.
TEST(Crash, ARunOfMoreThanAThousandEntriesIsTakenUpWhole) {  // [DUR-24]
  constexpr std::size_t kCalls = 520;
  auto long_script = [](std::size_t turn) {
    if (turn == kCalls) return says("done");
    return calls({{"c", "act", R"({"n":)" + std::to_string(turn) + "}"}});
  };
  Harness calm(long_script), h(long_script);
  for (auto* run : {&calm, &h}) {
    run->add_tool("act", Effect::idempotent);
    run->agent.max_iterations = kCalls + 1;
  }
  auto whole = calm.run();
  ASSERT_TRUE(whole.ok()) << whole.error;
  h.store->writes_left = 510;
  (void)h.run();
  ASSERT_GT(h.entries().size(), 1'000u);
  ASSERT_LT(h.entries().size(), calm.entries().size());
  h.new_process();

  auto outcome = h.recover();

  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_EQ(told(*outcome), told(whole));
  EXPECT_EQ(digest_of(*outcome), digest_of(whole));
  EXPECT_LE(h.model->requests.size(), calm.model->requests.size() + 1) << "one answer died with its process";
}

TEST(Crash, OnlyTheCallInFlightIsInDoubt) {  // [DUR-08]
  Harness h(script);
  auto& act = h.add_tool("act", Effect::irreversible);
  int calls_seen = 0;
  act.act = [&]() -> tool::Outcome {
    if (++calls_seen == 2) h.store->dead = true;  // in the first call of the ordered batch
    return tool::Done{"did it", {}};
  };
  (void)h.run();
  h.new_process();
  auto parked = h.recover();
  ASSERT_TRUE(parked);
  EXPECT_EQ(parked->status, RunStatus::waiting);
  EXPECT_EQ(parked->tool_calls[0].state, llm::CallState::done);
  EXPECT_EQ(parked->tool_calls[1].state, llm::CallState::in_doubt);
  EXPECT_EQ(parked->tool_calls[2].state, llm::CallState::pending) << "it was never dispatched";
}

TEST(Crash, ALateWriterIsRefused) {  // [DUR-17]
  Harness h([](std::size_t turn) { return turn == 0 ? calls({{"a", "act", "{}"}}) : says("done"); });
  auto& act = h.add_tool("act", Effect::irreversible);
  std::optional<RunOutcome> taken_over;
  act.act = [&]() -> tool::Outcome {
    auto* stopped = h.store;
    h.journal.declare_dead(stopped->inner());
    auto successor = h.journal.open_worker();
    auto row = h.loop.run(successor->find(*RunId::parse("run")));
    EXPECT_TRUE(h.loop.run(successor->claim(row->id, row->epoch)));
    return tool::Done{"did it", {}};
  };
  auto outcome = h.run();
  EXPECT_EQ(outcome.status, RunStatus::running);
  EXPECT_EQ(outcome.error_code, "run.ownership_lost");
  EXPECT_EQ(h.kinds().back(), "intended") << "nothing was written after the take-over";
}

}  // namespace
}  // namespace executus::run
