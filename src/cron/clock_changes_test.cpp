// Clock changes, by a table that was written by hand. Berlin goes from 02:00+01 to 03:00+02 on 29 March 2026 and from
// 03:00+02 back to 02:00+01 on 25 October; Lord Howe Island from 02:00+10:30 to 02:30+11 on 4 October 2026 and from
// 02:00+11 back to 01:30+10:30 on 5 April.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cron/times_test.hpp"

namespace executus::cron {
namespace {

constexpr const char* kBerlin = "Europe/Berlin";
constexpr const char* kLordHowe = "Australia/Lord_Howe";

struct Row {
  const char* what;
  const char* cron;
  const char* zone;
  const char* after;
  std::vector<std::string> times;  // local
};

const std::vector<Row>& rows() {
  static const std::vector<Row> all{
      {"hourly, in spring: no hour is lost",
       "0 * * * *",
       kBerlin,
       "2026-03-29T00:00:00+01:00",
       {"2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00"}},
      {"hourly, in autumn: the repeated hour too",
       "0 * * * *",
       kBerlin,
       "2026-10-25T01:00:00+02:00",
       {"2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00"}},
      {"hourly at 5 past: the interval stays an hour",
       "5 * * * *",
       kBerlin,
       "2026-03-29T00:30:00+01:00",
       {"2026-03-29T01:05:00+01:00", "2026-03-29T03:05:00+02:00"}},
      {"every 15 s goes on into the repeated hour",
       "*/15 * * * * *",
       kBerlin,
       "2026-10-25T02:59:30+02:00",
       {"2026-10-25T02:59:45+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T02:00:15+01:00"}},
      {"every 15 s goes on over the gap",
       "*/15 * * * * *",
       kBerlin,
       "2026-03-29T01:59:30+01:00",
       {"2026-03-29T01:59:45+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T03:00:15+02:00"}},
      {"every 20 minutes",
       "*/20 * * * *",
       kBerlin,
       "2026-10-25T02:20:00+02:00",
       {"2026-10-25T02:40:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T02:20:00+01:00"}},
      {"every second hour, in spring: 2 hours on",
       "0 */2 * * *",
       kBerlin,
       "2026-03-29T00:00:00+01:00",
       {"2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00", "2026-03-29T06:00:00+02:00"}},
      {"every second hour, in autumn",
       "0 */2 * * *",
       kBerlin,
       "2026-10-25T00:00:00+02:00",
       {"2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T04:00:00+01:00"}},
      {"quarters of an hour that is left out",
       "*/15 2 * * *",
       kBerlin,
       "2026-03-29T00:00:00+01:00",
       {"2026-03-29T03:00:00+02:00", "2026-03-29T03:15:00+02:00", "2026-03-29T03:30:00+02:00",
        "2026-03-29T03:45:00+02:00", "2026-03-30T02:00:00+02:00"}},

      {"02:00 in spring: after the gap, once",
       "0 2 * * *",
       kBerlin,
       "2026-03-28T02:00:00+01:00",
       {"2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00"}},
      {"02:30 in spring: after the gap, once",
       "30 2 * * *",
       kBerlin,
       "2026-03-28T02:30:00+01:00",
       {"2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"}},
      {"two times in the gap and one at its end are one",
       "0,30 2,3 * * *",
       kBerlin,
       "2026-03-29T00:00:00+01:00",
       {"2026-03-29T03:00:00+02:00", "2026-03-29T03:30:00+02:00"}},
      {"02:30 in autumn: at the first of two",
       "30 2 * * *",
       kBerlin,
       "2026-10-24T02:30:00+02:00",
       {"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"}},
      {"asked within the repeated hour",
       "30 2 * * *",
       kBerlin,
       "2026-10-25T02:10:00+01:00",
       {"2026-10-26T02:30:00+01:00"}},
      {"03:00 in autumn is not repeated",
       "0 3 * * *",
       kBerlin,
       "2026-10-25T02:30:00+02:00",
       {"2026-10-25T03:00:00+01:00", "2026-10-26T03:00:00+01:00"}},
      {"seconds of a fixed minute: the first pass alone",
       "*/30 30 2 * * *",
       kBerlin,
       "2026-10-25T00:00:00+02:00",
       {"2026-10-25T02:30:00+02:00", "2026-10-25T02:30:30+02:00", "2026-10-26T02:30:00+01:00"}},

      {"every half hour over a gap of half an hour",
       "*/30 * * * *",
       kLordHowe,
       "2026-10-04T01:00:00+10:30",
       {"2026-10-04T01:30:00+10:30", "2026-10-04T02:30:00+11:00", "2026-10-04T03:00:00+11:00"}},
      {"every quarter goes on over it",
       "*/15 * * * *",
       kLordHowe,
       "2026-10-04T01:30:00+10:30",
       {"2026-10-04T01:45:00+10:30", "2026-10-04T02:30:00+11:00", "2026-10-04T02:45:00+11:00"}},
      {"hourly: an hour after 01:00 it is 02:30",
       "0 * * * *",
       kLordHowe,
       "2026-10-04T00:00:00+10:30",
       {"2026-10-04T01:00:00+10:30", "2026-10-04T02:30:00+11:00", "2026-10-04T03:00:00+11:00"}},
      {"every half hour through half an hour twice",
       "*/30 * * * *",
       kLordHowe,
       "2026-04-05T01:00:00+11:00",
       {"2026-04-05T01:30:00+11:00", "2026-04-05T01:30:00+10:30", "2026-04-05T02:00:00+10:30"}},
      {"every quarter through it",
       "*/15 * * * *",
       kLordHowe,
       "2026-04-05T01:30:00+11:00",
       {"2026-04-05T01:45:00+11:00", "2026-04-05T01:30:00+10:30", "2026-04-05T01:45:00+10:30",
        "2026-04-05T02:00:00+10:30"}},
      {"hourly by the clock",
       "0 * * * *",
       kLordHowe,
       "2026-04-05T00:00:00+11:00",
       {"2026-04-05T01:00:00+11:00", "2026-04-05T02:00:00+10:30", "2026-04-05T03:00:00+10:30"}},
      {"02:15 in the gap: when it ends, once",
       "15 2 * * *",
       kLordHowe,
       "2026-10-03T02:15:00+10:30",
       {"2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"}},
      {"01:45 at the first of two",
       "45 1 * * *",
       kLordHowe,
       "2026-04-04T01:45:00+11:00",
       {"2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30"}},
      {"01:30, where the repeated half hour begins",
       "30 1 * * *",
       kLordHowe,
       "2026-04-04T01:30:00+11:00",
       {"2026-04-05T01:30:00+11:00", "2026-04-06T01:30:00+10:30"}},

      {"a day that the calendar of a zone left out: Samoa, 30 December 2011",
       "0 12 * * *",
       "Pacific/Apia",
       "2011-12-29T12:00:00-10:00",
       {"2011-12-31T00:00:00+14:00", "2011-12-31T12:00:00+14:00"}},
      {"long after the tables of the database end",
       "30 2 * * *",
       kBerlin,
       "2100-03-27T02:30:00+01:00",
       {"2100-03-28T03:00:00+02:00", "2100-03-29T02:30:00+02:00"}},
  };
  return all;
}

TEST(ClockChanges, ComeAsTheTableByHandHasThem) {
  for (const auto& row : rows()) {
    auto cron = parse_cron(row.cron).value();
    auto zone = find_time_zone(row.zone).value();
    std::optional<WallTime> time = parse_rfc3339(row.after).value();
    for (const auto& expected : row.times) {
      time = cron.next(*time, zone);
      ASSERT_TRUE(time) << row.what;
      EXPECT_EQ(zone.local(*time), expected) << row.what << ": " << row.cron << " in " << row.zone;
    }
  }
}

// Every time between is asked for, so that no answer depends on where the question stands.
TEST(ClockChanges, AreTheSameFromWhereverOneAsks) {
  for (const auto& row : rows()) {
    auto cron = parse_cron(row.cron).value();
    auto zone = find_time_zone(row.zone).value();
    auto from = parse_rfc3339(row.after).value();
    auto first = parse_rfc3339(row.times.front()).value();
    for (auto at = first - std::chrono::seconds(1); at >= from; at -= std::chrono::seconds(301))
      ASSERT_EQ(cron.next(at, zone), first) << row.what << ", after " << zone.local(at);
  }
}

}  // namespace
}  // namespace executus::cron
