// What expressions mean, in UTC.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/cron/cron.hpp>

#include "cron/times_test.hpp"

namespace executus::cron {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> next_in_utc(const std::string& cron, const std::string& after, int count = 3) {
  return next_times(cron, "UTC", after, count);
}

TEST(Cron, ReadsListsRangesAndSteps) {
  EXPECT_THAT(
      next_in_utc("5,10-12/2,58 8-9 * * *", "2026-11-30T08:59:00Z", 4),
      ElementsAre("2026-11-30T09:05:00Z", "2026-11-30T09:10:00Z", "2026-11-30T09:12:00Z", "2026-11-30T09:58:00Z"));
  EXPECT_THAT(next_in_utc("50/5 * * * *", "2026-11-30T08:50:00Z"),
              ElementsAre("2026-11-30T08:55:00Z", "2026-11-30T09:50:00Z", "2026-11-30T09:55:00Z"));
}

TEST(Cron, ReadsSecondsWhereThereAreSixFields) {
  EXPECT_THAT(next_in_utc("*/20 59 23 * * *", "2026-12-31T23:59:00Z"),
              ElementsAre("2026-12-31T23:59:20Z", "2026-12-31T23:59:40Z", "2027-01-01T23:59:00Z"));
}

TEST(Cron, ReadsNamesWhateverTheirCase) {
  EXPECT_THAT(next_in_utc("0 0 * feb,Nov mon-WED", "2026-11-30T00:00:00Z", 2),
              ElementsAre("2027-02-01T00:00:00Z", "2027-02-02T00:00:00Z"));
  EXPECT_EQ(parse_cron("0 0 * * FRI-SUN").value().fields(), parse_cron("0 0 * * 5-7").value().fields());
  EXPECT_EQ(parse_cron("0 0 * * 7").value().fields(), parse_cron("0 0 * * SUN").value().fields());
  EXPECT_EQ(parse_cron("0 0 * * */2").value().fields().weekdays, 0b1010101U);
}

TEST(Cron, ReadsNamedExpressions) {
  auto means = [](const char* name, const char* expression) {
    EXPECT_EQ(parse_cron(name).value().fields(), parse_cron(expression).value().fields()) << name;
  };
  means("@yearly", "0 0 1 1 *");
  means("@annually", "0 0 1 1 *");
  means("@monthly", "0 0 1 * *");
  means("@weekly", "0 0 * * 0");
  means("@daily", "0 0 * * *");
  means("@midnight", "0 0 * * *");
  means(" @Hourly ", "0 * * * *");
}

TEST(Cron, KnowsTheLastDayOfEachMonth) {
  EXPECT_THAT(next_in_utc("0 0 L * *", "2028-01-31T00:00:00Z"),
              ElementsAre("2028-02-29T00:00:00Z", "2028-03-31T00:00:00Z", "2028-04-30T00:00:00Z"));
  EXPECT_THAT(next_in_utc("0 0 15,L 2 *", "2027-01-01T00:00:00Z"),
              ElementsAre("2027-02-15T00:00:00Z", "2027-02-28T00:00:00Z", "2028-02-15T00:00:00Z"));
}

TEST(Cron, KnowsTheLastWeekdayOfEachMonth) {
  EXPECT_THAT(next_in_utc("0 18 * * 5L", "2026-11-01T00:00:00Z"),
              ElementsAre("2026-11-27T18:00:00Z", "2026-12-25T18:00:00Z", "2027-01-29T18:00:00Z"));
  EXPECT_THAT(next_in_utc("0 18 * * 5L", "2027-12-01T00:00:00Z", 1), ElementsAre("2027-12-31T18:00:00Z"))
      << "and not the Friday a week before the last day";
  EXPECT_EQ(parse_cron("0 0 * * friL").value().fields(), parse_cron("0 0 * * 5L").value().fields());
}

TEST(Cron, KnowsLeapYears) {
  EXPECT_THAT(next_in_utc("0 0 29 2 *", "2096-03-01T00:00:00Z", 2),
              ElementsAre("2104-02-29T00:00:00Z", "2108-02-29T00:00:00Z"));
  EXPECT_THAT(next_in_utc("0 0 29 2 */7", "2026-01-01T00:00:00Z", 1), ElementsAre("2032-02-29T00:00:00Z"))
      << "a leap day that is a Sunday";
}

TEST(Cron, GoesOverTheEndOfAYear) {
  EXPECT_THAT(next_in_utc("59 59 23 31 12 *", "2026-12-31T23:59:59Z", 1), ElementsAre("2027-12-31T23:59:59Z"));
  EXPECT_THAT(next_in_utc("* * * * *", "2026-12-31T23:59:30Z", 1), ElementsAre("2027-01-01T00:00:00Z"));
}

TEST(Cron, ComesAfterATimeNotAtIt) {
  auto cron = parse_cron("0 9 * * *").value();
  auto nine = parse_rfc3339("2026-11-30T09:00:00Z").value();
  EXPECT_EQ(cron.next(nine - Milliseconds(1), TimeZone()), nine);
  EXPECT_EQ(cron.next(nine, TimeZone()), nine + std::chrono::days(1));
  EXPECT_EQ(cron.next(nine + Milliseconds(1), TimeZone()), nine + std::chrono::days(1));
}

TEST(Cron, EndsWhereTheKnowledgeOfClocksEnds) {
  auto cron = parse_cron("0 0 1 1 *").value();
  EXPECT_EQ(rfc3339(*cron.next(parse_rfc3339("2398-06-01T00:00:00Z").value(), TimeZone())), "2399-01-01T00:00:00.000Z");
  EXPECT_FALSE(cron.next(parse_rfc3339("2399-06-01T00:00:00Z").value(), TimeZone()));
  EXPECT_FALSE(cron.next(WallTime::max(), TimeZone()));
  EXPECT_EQ(rfc3339(*cron.next(WallTime::min(), TimeZone())), "0000-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace executus::cron
