// Host ports that throw, from each of their methods in turn: a table says what becomes of the run. Most of them only
// watch, and change nothing; what a run cannot do without refuses it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/bombed_test.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct BombRow {
  const char* where;
  RunStatus status = RunStatus::ok;
  friend void PrintTo(const BombRow& row, std::ostream* out) { *out << row.where; }
};

std::string name_of_bomb(const ::testing::TestParamInfo<BombRow>& info) {
  std::string name = info.param.where;
  for (auto& c : name) c = c == '.' ? '_' : c;
  return name;
}

const BombRow kWatching[] = {
    {"audit.start_run"},    {"audit.on_step"},         {"audit.on_tool"},
    {"audit.log_event"},    {"audit.close"},           {"budget.commit"},
    {"critic.monitor"},     {"critic.limit"},          {"critic.watch"},
    {"critic.record_step"}, {"critic.stop"},           {"critic.record_tool_start"},
    {"delivery.deliver"},   {"observer.on_entry"},     {"critic.record_progress"},
    {"observer.on_text"},   {"observer.on_reset"},     {"observer.on_activity"},
    {"observer.on_delay"},  {"input_files.stage"},     {"observer.on_child_activity"},
    {"session.post_run"},   {"session.cleanup"},       {"finalizer"},
    {"compactor.compact"},  {"observer.on_reasoning"}, {"observer.on_arguments"},
};

class WatchingPort : public ::testing::TestWithParam<BombRow> {};

TEST_P(WatchingPort, ThatThrowsChangesNothing) {  // [RUN-31] [IO-10] [SES-07] [AGT-07] [CR-08]
  BombedRun run;
  run.bomb.at = {GetParam().where};
  auto outcome = run.go();
  EXPECT_GT(run.bomb.reached[GetParam().where], 0) << "the run never came by";
  EXPECT_EQ(outcome.status, RunStatus::ok) << outcome.error;
  EXPECT_EQ(outcome.output, "done");
  EXPECT_EQ(run.total_effects(), 2) << "its own, and its child's";
  EXPECT_EQ(run.resolver.model->answers, 4);
}

INSTANTIATE_TEST_SUITE_P(Each, WatchingPort, ::testing::ValuesIn(kWatching), name_of_bomb);

TEST(WatchingPorts, ThatAllThrowChangeNothing) {  // [RUN-31]
  BombedRun run;
  for (const auto& row : kWatching) run.bomb.at.insert(row.where);
  EXPECT_TRUE(run.go().ok());
  EXPECT_EQ(run.total_effects(), 2);
}

// What a run cannot do without.
class NeededPort : public ::testing::TestWithParam<BombRow> {};

TEST_P(NeededPort, ThatThrowsRefusesTheRun) {  // [RUN-31] [RUN-32] [RUN-03]
  BombedRun run;
  run.bomb.at = {GetParam().where};
  auto outcome = run.go();
  EXPECT_GT(run.bomb.reached[GetParam().where], 0) << "the run never came by";
  EXPECT_EQ(outcome.status, GetParam().status);
  EXPECT_THAT(outcome.error, HasSubstr(std::string(GetParam().where) + " is broken"));
  EXPECT_EQ(run.resolver.model->answers, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Each, NeededPort,
    ::testing::Values(BombRow{"models.resolve", RunStatus::error}, BombRow{"context_tokens", RunStatus::error},
                      BombRow{"declared_tools.make", RunStatus::error}, BombRow{"sub_agents.skill", RunStatus::error},
                      BombRow{"sub_agents.agent", RunStatus::error}, BombRow{"sessions.for_run", RunStatus::error},
                      BombRow{"session.factory", RunStatus::error}, BombRow{"budget.check", RunStatus::error},
                      BombRow{"skill_packs.resolve", RunStatus::error}, BombRow{"skill_packs.tool", RunStatus::error}),
    name_of_bomb);

TEST(ThrowingPorts, AToolThatIsNullRefusesTheRun) {  // [RUN-31] [SKP-12]
  BombedRun run;
  run.host.has_skill_tool = false;
  auto outcome = run.go();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_THAT(outcome.error, HasSubstr("a tool is null"));
}

// Another process may have the skills: the run is left to it.
TEST(ThrowingPorts, SkillPacksWithoutAToolLeaveAResumedRun) {  // [RUN-32] [SKP-12]
  BombedRun run;
  run.act->before_effect = [&] { run.store->writes_left = 0; };
  (void)run.go();
  run.act->before_effect = {};
  run.new_process();
  run.bomb.at = {"skill_packs.tool"};
  (void)run.recover();
  EXPECT_GT(run.bomb.reached["skill_packs.tool"], 1);
  EXPECT_THAT(run.kinds(), ::testing::Not(Contains("ended")));

  run.bomb.at.clear();
  run.new_process();
  auto outcome = run.recover();
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->ok()) << outcome->error;
  EXPECT_EQ(run.bomb.reached["skill_packs.resolve"], 1) << "what it was started with is what it has";
}

TEST(ThrowingPorts, AGateDeniesTheBatch) {  // [RUN-31]
  BombedRun run;
  run.bomb.at = {"gate.decide"};
  auto outcome = run.go();
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(run.total_effects(), 0);
  EXPECT_THAT(outcome.messages[2].tool_results[0].text, HasSubstr("gate.decide is broken"));
}

TEST(ThrowingPorts, AnErrorThatCannotBeDeliveredStaysTheRunsEnd) {  // [IO-09] [IO-10]
  BombedRun run;
  run.resolver.model->refuses = true;
  run.bomb.at = {"delivery.deliver_error"};
  auto outcome = run.go();
  EXPECT_EQ(outcome.error_code, "model.refused");
  EXPECT_EQ(run.bomb.reached["delivery.deliver_error"], 1);
  EXPECT_THAT(run.kinds(), Contains("ended"));
}

TEST(ThrowingPorts, ACriticThatIsStoppedDoesNotChangeWhyTheRunEnds) {  // [CR-08] [RUN-21]
  BombedRun run;
  run.act->before_effect = [&] { run.scope.cancel({Cause::caller, ""}); };
  run.bomb.at = {"critic.stop"};
  EXPECT_EQ(run.go().status, RunStatus::cancelled);
  EXPECT_EQ(run.bomb.reached["critic.stop"], 1);
}

}  // namespace
}  // namespace executus::run
