#include "cli/output/exit_code.hpp"

#include <gtest/gtest.h>

namespace executus::cli {
namespace {

RunOutcome outcome(RunStatus status) {
  RunOutcome outcome;
  outcome.status = status;
  outcome.attempts = 1;
  return outcome;
}

TEST(ExitCode, IsWhatScriptsRelyOn) {
  EXPECT_EQ(static_cast<int>(exit_code(outcome(RunStatus::ok))), 0);
  EXPECT_EQ(static_cast<int>(exit_code(outcome(RunStatus::error))), 1);
  EXPECT_EQ(static_cast<int>(exit_code(outcome(RunStatus::waiting))), 3);
  EXPECT_EQ(static_cast<int>(exit_code(outcome(RunStatus::timeout))), 4);
  EXPECT_EQ(static_cast<int>(exit_code(outcome(RunStatus::killed))), 5);
  EXPECT_EQ(static_cast<int>(exit_code(outcome(RunStatus::quarantined))), 6);
  EXPECT_EQ(static_cast<int>(exit_code(outcome(RunStatus::cancelled))), 7);
  EXPECT_EQ(static_cast<int>(exit_code(outcome(RunStatus::running))), 130);
}

TEST(ExitCode, OfARunThatWasNeverAdmittedIsAUsageError) {
  RunOutcome refused;
  refused.status = RunStatus::error;
  refused.error_code = "submission.conflict";

  EXPECT_TRUE(was_refused(refused));
  EXPECT_EQ(static_cast<int>(exit_code(refused)), 2);
}

TEST(ExitCode, OfARecoveryIsItsWorstRun) {
  auto pass = [](std::vector<RunStatus> statuses) {
    std::vector<Recovered> all;
    for (auto status : statuses) all.push_back({outcome(status), {}});
    return static_cast<int>(exit_code(all));
  };
  EXPECT_EQ(pass({}), 0);
  EXPECT_EQ(pass({RunStatus::ok, RunStatus::cancelled}), 0);
  EXPECT_EQ(pass({RunStatus::ok, RunStatus::waiting}), 3);
  EXPECT_EQ(pass({RunStatus::waiting, RunStatus::timeout}), 1);
  EXPECT_EQ(pass({RunStatus::quarantined}), 1);
}

TEST(ExitCode, OfARunThatLacksSomethingHereIsThatItWaits) {
  std::vector<Recovered> all{{outcome(RunStatus::running), {"tool 'x'"}}};

  EXPECT_EQ(exit_code(all), Exit::waits);
}

}  // namespace
}  // namespace executus::cli
