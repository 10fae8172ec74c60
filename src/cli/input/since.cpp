#include "cli/input/since.hpp"

#include <cstdio>

#include <executus/base/error.hpp>

#include "base/duration.hpp"

namespace executus::cli {

WallTime parse_since(const std::string& text, WallTime now) {
  if (auto duration = parse_duration(text); duration.ok()) return now - *duration;
  int year = 0, hour = 0, minute = 0, second = 0, end = 0;
  unsigned month = 0, day = 0;
  int got = std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2dZ%n", &year, &month, &day, &hour, &minute, &second, &end);
  std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  bool whole = (got == 3 && text.size() == 10) || (got == 6 && end == static_cast<int>(text.size()));
  bool time = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  if (!whole || !date.ok() || !time)
    throw failed("cli.usage", "--since '" + text +
                                  "': expected a duration such as 2h or 30d, or a date such as "
                                  "2026-01-31 or 2026-01-31T09:00:00Z");
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

}  // namespace executus::cli
