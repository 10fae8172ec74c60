#include <gtest/gtest.h>

#include <executus/run/outcome.hpp>

#include "run/outcome/unopened_outcome.hpp"

namespace executus::run {
namespace {

journal::RunRow row_of(RunStatus status) {
  journal::RunRow row;
  row.id = *RunId::parse("child");
  row.status = status;
  row.agent = "worker";
  row.parent = "parent";
  row.attempts = 2;
  return row;
}

TEST(OutcomeOfARow, IsWhatTheJournalSaysOfARunThatEndedSinceTheRowWasRead) {
  auto row = row_of(RunStatus::waiting);
  row.reason = "approval";
  journal::Checkpoint ended;
  ended.ended = journal::Ended{RunStatus::ok, "done", "", ""};

  auto outcome = outcome_of(row, ended, {});

  EXPECT_EQ(outcome.status, RunStatus::ok);
  EXPECT_EQ(outcome.output, "done");
  EXPECT_EQ(outcome.reason, "");
  EXPECT_EQ(outcome.agent, "worker");
}

TEST(OutcomeOfARow, IsWhatTheRowSaysOfARunThatHasNotEnded) {
  auto row = row_of(RunStatus::quarantined);
  row.reason = "its journal is damaged";

  auto outcome = outcome_of(row, journal::Checkpoint{}, {});

  EXPECT_EQ(outcome.status, RunStatus::quarantined);
  EXPECT_EQ(outcome.reason, "its journal is damaged");
  EXPECT_EQ(outcome.parent, "parent");
  EXPECT_EQ(outcome.attempts, 2);
}

TEST(OutcomeOfARunThatIsLeft, NamesTheRunAsItsRowDoes) {
  auto outcome = outcome_of_left(row_of(RunStatus::running), failed("tool.missing", "no such tool: act"));

  EXPECT_EQ(outcome.run_id.str(), "child");
  EXPECT_EQ(outcome.status, RunStatus::running);
  EXPECT_EQ(outcome.reason, "no such tool: act");
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.error_code, "tool.missing");
  EXPECT_EQ(outcome.parent, "parent");
  EXPECT_EQ(outcome.attempts, 2);
}

TEST(OutcomeOfARunThatIsLeft, TellsThatADamagedOneIsQuarantined) {
  auto outcome = outcome_of_left(row_of(RunStatus::running), failed("journal.malformed", "entry 3"));

  EXPECT_EQ(outcome.status, RunStatus::quarantined);
}

TEST(OutcomeOfARefusal, IsAnError) {
  auto outcome = outcome_of_refused(*RunId::parse("run"), "agent", failed("store.away", "no store"));

  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_EQ(outcome.error, "no store");
  EXPECT_EQ(outcome.error_code, "store.away");
  EXPECT_EQ(outcome.agent, "agent");
}

}  // namespace
}  // namespace executus::run
