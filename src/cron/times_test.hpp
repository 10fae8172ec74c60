// Times of an expression as a list to compare.
#pragma once

#include <string>
#include <vector>

#include <executus/cron/cron.hpp>

namespace executus::cron {

// "2026-11-30T09:05:00Z": without the milliseconds, which are 0.
inline std::string to_the_second(WallTime time) { return rfc3339(time).substr(0, 19) + "Z"; }

inline std::vector<std::string> next_times(const std::string& cron, const std::string& zone, const std::string& after,
                                           int count) {
  auto expression = parse_cron(cron).value();
  auto rules = find_time_zone(zone).value();
  std::vector<std::string> times;
  std::optional<WallTime> time = parse_rfc3339(after).value();
  for (int i = 0; i < count; ++i) {
    time = expression.next(*time, rules);
    if (!time) break;
    times.push_back(to_the_second(*time));
  }
  return times;
}

}  // namespace executus::cron
