// Which days lines with two day fields name, for a year of dates: as Vixie's cron joins them. The judge counts days in
// its own way: by a list of the month's lengths and a weekday that goes on by one.
#include <array>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cron/times_test.hpp"

namespace executus::cron {
namespace {

struct Line {
  const char* cron;
  std::function<bool(int day, int weekday)> comes;  // weekday: Sunday is 0
};

const std::vector<Line>& lines() {
  static const std::vector<Line> all{
      {"0 0 */2 * 1", [](int day, int weekday) { return day % 2 == 1 && weekday == 1; }},
      {"0 0 13 * 5", [](int day, int weekday) { return day == 13 || weekday == 5; }},
      {"0 0 1-7 * */3", [](int day, int weekday) { return day <= 7 && weekday % 3 == 0; }},
      {"0 0 *,31 * SAT", [](int, int weekday) { return weekday == 6; }},
      {"0 0 1-31/2 * 1-5", [](int day, int weekday) { return day % 2 == 1 || (weekday >= 1 && weekday <= 5); }},
  };
  return all;
}

std::vector<std::string> days_of_2026(const Line& line) {
  constexpr std::array<int, 12> lengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::vector<std::string> days;
  int weekday = 4;  // 1 January 2026 is a Thursday
  for (int month = 1; month <= 12; ++month)
    for (int day = 1; day <= lengths[static_cast<std::size_t>(month - 1)]; ++day, weekday = (weekday + 1) % 7) {
      auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
      if (line.comes(day, weekday)) days.push_back("2026-" + two(month) + "-" + two(day) + "T00:00:00Z");
    }
  return days;
}

TEST(CronDays, AreJoinedByAndWhereAFieldBeginsWithAStar) {
  for (const auto& line : lines()) {
    auto expected = days_of_2026(line);
    auto found = next_times(line.cron, "UTC", "2025-12-31T23:59:59Z", static_cast<int>(expected.size()) + 1);
    ASSERT_EQ(found.size(), expected.size() + 1) << line.cron;
    EXPECT_TRUE(found.back().starts_with("2027-")) << line.cron << ": " << found.back();
    found.pop_back();
    EXPECT_EQ(found, expected) << line.cron;
  }
}

TEST(CronDays, SayWhereAnOrMaySurprise) {
  EXPECT_TRUE(parse_cron("0 0 13 * 5").value().joins_days_by_or());
  EXPECT_FALSE(parse_cron("0 0 */2 * 1").value().joins_days_by_or());
  EXPECT_FALSE(parse_cron("0 0 13 * *").value().joins_days_by_or());
  EXPECT_FALSE(parse_cron("0 0 * * 5").value().joins_days_by_or());
}

}  // namespace
}  // namespace executus::cron
