#include "cli/service/log_line.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const WallTime kThen{Milliseconds(1'790'000'000'123)};

RunId id(const char* text) { return RunId::parse(text).value(); }

std::string text_of(const WorkEvent& event) { return render(line_of(event).value(), kThen, LogForm::text); }

RunOutcome outcome_with(RunStatus status) {
  RunOutcome outcome;
  outcome.run_id = id("r1");
  outcome.agent = "triage";
  outcome.status = status;
  outcome.output = "a private answer";
  return outcome;
}

TEST(LogLine, IsReadByPeople) {  // [API-11]
  EXPECT_EQ(text_of(RunTakenUp{id("r1"), "triage", 2}),
            rfc3339(kThen) + " info run_taken_up run_id=r1 agent=triage attempt=2\n");
  EXPECT_THAT(text_of(RunLetGo{outcome_with(RunStatus::ok)}),
              HasSubstr(" info run_ended run_id=r1 agent=triage status=ok"));
  EXPECT_THAT(text_of(RunLetGo{outcome_with(RunStatus::error)}), HasSubstr(" warning run_ended "));
  EXPECT_THAT(text_of(RunLetGo{outcome_with(RunStatus::waiting)}), HasSubstr(" info run_waits "));
  EXPECT_THAT(text_of(RunLetGo{outcome_with(RunStatus::running)}), HasSubstr(" info run_left "));
  EXPECT_THAT(text_of(Drained{{4, 2, 1, 1}}), HasSubstr(" drained driven=4 ended=2 waits=1 left=1\n"));
}

TEST(LogLine, SaysWhatASchedulesTimesCameTo) {  // [SCH-01]
  EXPECT_EQ(text_of(ScheduleFired{"report", id("r1"), kThen}),
            rfc3339(kThen) + " info schedule_fired schedule=report due=" + rfc3339(kThen) + " run_id=r1\n");
  EXPECT_EQ(text_of(ScheduleSkipped{"report", kThen, 2, "nothing ran schedules then"}),
            rfc3339(kThen) + " warning schedule_skipped schedule=report due=" + rfc3339(kThen) +
                " times=2 reason=\"nothing ran schedules then\"\n");
}

TEST(LogLine, IsOneLineWhateverIsInIt) {  // [API-11]
  auto failed_run = outcome_with(RunStatus::error);
  failed_run.error = "first\nsecond \"quoted\" \x1b[31m";
  auto text = text_of(RunLetGo{failed_run});
  EXPECT_EQ(std::ranges::count(text, '\n'), 1);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("error=\"first second \\\"quoted\\\""));
  auto as_json = render(line_of(RunLetGo{failed_run}).value(), kThen, LogForm::json);
  EXPECT_EQ(std::ranges::count(as_json, '\n'), 1);
}

TEST(LogLine, IsAnObjectForPrograms) {  // [API-11]
  auto text = render(line_of(RunNotPossibleHere{id("r1"), "triage", {"tool charge"}}).value(), kThen, LogForm::json);
  auto line = boost::json::parse(text).as_object();
  EXPECT_EQ(line["at"], boost::json::value(rfc3339(kThen)));
  EXPECT_EQ(line["level"], "warning");
  EXPECT_EQ(line["event"], "run_not_possible_here");
  EXPECT_EQ(line["run_id"], "r1");
  EXPECT_EQ(line["missing"].as_array().at(0), "tool charge");
}

TEST(LogLine, TellsNoAnswerAndNoLookThatFoundNothing) {
  EXPECT_THAT(text_of(RunLetGo{outcome_with(RunStatus::ok)}), Not(HasSubstr("private")));
  EXPECT_FALSE(line_of(Looked{0, 0}));
}

}  // namespace
}  // namespace executus::cli
