// What is wrong with an expression, and where.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/cron/cron.hpp>

namespace executus::cron {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// "column: message", as a caller who counts from 1 has it.
std::string fault_of(std::string_view text) {
  auto read = read_cron(text);
  if (std::holds_alternative<Cron>(read)) return "none";
  const auto& fault = std::get<CronFault>(read);
  return std::to_string(fault.offset + 1) + ": " + fault.message;
}

TEST(CronFault, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(fault_of("0 24 * * *"), "3: '24' is not in 0-23, the values of the hour");
  EXPECT_EQ(fault_of("  61 0 * * *"), "3: '61' is not in 0-59, the values of the minute");
  EXPECT_EQ(fault_of("0 0 0 * *"), "5: '0' is not in 1-31, the values of the day of the month");
  EXPECT_EQ(fault_of("0 0 1,2,x * *"),
            "9: 'x' is no value of the day of the month; it takes numbers, or L for the last");
  EXPECT_EQ(fault_of("0 0 * MAI *"), "7: 'MAI' is no value of the month; its names have three letters: JAN to DEC");
  EXPECT_EQ(fault_of("0 0 * * 99999999999999999999"),
            "9: '99999999999999999999' is not in 0-7, the values of the day of the week");
  EXPECT_EQ(fault_of("0 17-9 * * *"), "3: the range '17-9' runs backwards; write two, with ',' between");
  EXPECT_EQ(fault_of("0 0 ? * 1"), "5: expected a value of the day of the month, found '?'; write '*' for any");
  EXPECT_EQ(fault_of("0 0 15W * *"), "7: expected ',' or the end of the day of the month, found 'W'");
  EXPECT_EQ(fault_of("0 0 * * L"), "9: 'L' is no value of the day of the week; the last Friday of a month is 5L");
  EXPECT_EQ(fault_of("0 0 * * 1#2"), "10: expected ',' or the end of the day of the week, found '#'");
  EXPECT_EQ(fault_of("**  * * * *"), "2: expected ',' or the end of the minute, found '*'");
}

TEST(CronFault, KnowsTheLimitsOfEachField) {
  struct Row {
    const char *low, *high, *below, *above;
  };
  for (const auto& row : {Row{"0 * * * * *", "59 * * * * *", "-1 * * * * *", "60 * * * * *"},
                          Row{"0 * * * *", "59 * * * *", "-1 * * * *", "60 * * * *"},
                          Row{"* 0 * * *", "* 23 * * *", "* -1 * * *", "* 24 * * *"},
                          Row{"* * 1 * *", "* * 31 * *", "* * 0 * *", "* * 32 * *"},
                          Row{"* * * 1 *", "* * * 12 *", "* * * 0 *", "* * * 13 *"},
                          Row{"* * * * 0", "* * * * 7", "* * * * -1", "* * * * 8"}}) {
    EXPECT_EQ(fault_of(row.low), "none") << row.low;
    EXPECT_EQ(fault_of(row.high), "none") << row.high;
    EXPECT_NE(fault_of(row.below), "none") << row.below;
    EXPECT_NE(fault_of(row.above), "none") << row.above;
  }
}

TEST(CronFault, TakesNothingElseForAnExpression) {
  EXPECT_EQ(fault_of("0 0 L-3 * *"), "5: 'L' is no value of the day of the month; it takes numbers, or L for the last");
  EXPECT_EQ(fault_of("\t0  0\t* * * "), "none") << "blanks and tabs separate";
  for (const char* text : {"0 0 * *\n*", "\xc2\xa0 0 0 * *", "٣ 0 * * *", "0 0 * * *\xe2\x80\x8b", "+1 0 * * *",
                           "0x1 0 * * *", "1.5 0 * * *", "0 0 * JANUARY *", "0 0 * * MON-", "@", "@daily x",
                           "1-2-3 0 * * *", "1/2/3 0 * * *", "*-5 0 * * *", "0 0 * * LL", "0 0 * * 1-5L", "0 0 * * *L"})
    EXPECT_NE(fault_of(text), "none") << text;
  EXPECT_THAT(fault_of(std::string(10'000, ' ') + "* * * * *"), HasSubstr("too long"));
  EXPECT_EQ(fault_of("* * 31 2 *"), "5: no year has such a day: the schedule never comes");
}

TEST(CronFault, SaysWhatIsMissing) {
  EXPECT_EQ(fault_of("0,, 0 * * *"), "3: expected a value of the minute, found ','");
  EXPECT_EQ(fault_of("0, 0 * * *"), "3: a value of the minute is missing here");
  EXPECT_EQ(fault_of("1- 0 * * *"), "3: a value of the minute is missing here");
  EXPECT_THAT(fault_of(""), HasSubstr("1: expected 5 fields"));
  EXPECT_THAT(fault_of("0 0 * *"), HasSubstr("8: expected 5 fields (minute, hour, day of month, month, day of week)"));
  EXPECT_THAT(fault_of("0 0 0 1 1 * 2026"), HasSubstr("13: expected 5 fields"));
}

TEST(CronFault, RefusesStepsThatDoNotMeanWhatTheySay) {
  EXPECT_THAT(fault_of("*/90 * * * *"), HasSubstr("3: a step of '90' is more than the minute has values"));
  EXPECT_THAT(fault_of("0 0 * * */8"), HasSubstr("11: a step of '8' is more than the day of the week has values"));
  EXPECT_EQ(fault_of("0 0 * * */7"), "none");
  EXPECT_EQ(fault_of("*/0 * * * *"), "3: a step is a number from 1 on, found '0'");
  EXPECT_EQ(fault_of("*/ * * * *"), "3: a step is a number from 1 on, found ''");
}

TEST(CronFault, FindsWhatNeverComes) {
  const std::string never = "5: no year has such a day: the schedule never comes";
  EXPECT_EQ(fault_of("0 0 30 2 *"), never);
  EXPECT_EQ(fault_of("0 0 31 4,6,9,11 *"), never);
  EXPECT_EQ(fault_of("0 0 30 2 */2"), never) << "joined by AND";
  EXPECT_EQ(fault_of("0 0 30 2 1"), "none") << "joined by OR: the Mondays of February";
  EXPECT_EQ(fault_of("0 0 29 2 *"), "none");
}

TEST(CronFault, KnowsNames) {
  EXPECT_THAT(fault_of("@dialy"), HasSubstr("1: '@dialy' is none of @yearly"));
  EXPECT_THAT(fault_of(" @dialy"), HasSubstr("did you mean '@daily'?"));
  EXPECT_THAT(fault_of("@reboot"), HasSubstr("1: @reboot is no time"));
}

TEST(CronFault, IsAnErrorWithTheColumn) {
  auto error = parse_cron("0 24 * * *").error();
  EXPECT_EQ(error.code(), "schedule.cron");
  EXPECT_EQ(error.message(),
            "the cron expression '0 24 * * *' cannot be used: column 3: '24' is not in 0-23, the values of the hour");
}

TEST(CronFault, ShowsOtherBytesAsText) {
  auto message = parse_cron(std::string("0 0 \xff\x01 * *")).error().message();
  EXPECT_THAT(message, Not(HasSubstr("\xff")));
  EXPECT_THAT(fault_of(std::string(5000, '*')), HasSubstr("too long"));
}

}  // namespace
}  // namespace executus::cron
