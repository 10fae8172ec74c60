// Times of the clock on the wall as instants, through its changes.
#include <algorithm>

#include <executus/cron/cron.hpp>

#include "cron/calendar.hpp"
#include "cron/zone_rules.hpp"

namespace executus::cron {
namespace {

// The database says how clocks change for 400 years from about 2007 on.
constexpr SysTime kBegin = std::chrono::sys_days(std::chrono::year(0) / 1 / 1);
constexpr SysTime kEnd = std::chrono::sys_days(std::chrono::year(2400) / 1 / 1);

// The first instant in [from, end) at which a clock that is `offset` ahead of UTC shows a time of the expression.
std::optional<SysTime> by_clock(const CronFields& fields, SysTime from, SysTime end, Seconds offset) {
  if (from >= end) return std::nullopt;
  auto local = first_from(fields, clock_at(from, offset), clock_at(end, offset));
  return local ? std::optional<SysTime>(instant_of(*local, offset)) : std::nullopt;
}

// For as long as the last change left out times, the old clock counts besides the new one.
std::optional<SysTime> by_old_clock(const CronFields& fields, SysTime from, SysTime end, const ZoneRules& rules) {
  auto change = rules.change_until(from);
  if (!change || change->after < change->before) return std::nullopt;
  auto gap_ends = change->when + (change->after - change->before);
  return by_clock(fields, from, std::min(end, gap_ends), change->before);
}

std::optional<SysTime> earlier(std::optional<SysTime> a, std::optional<SysTime> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

// For an expression that goes by the clock: from change to change.
std::optional<SysTime> first_by_clock(const CronFields& fields, SysTime from, const ZoneRules& rules) {
  while (from < kEnd) {
    auto change = rules.change_after(from);
    auto end = change ? std::min(change->when, kEnd) : kEnd;
    auto found = earlier(by_clock(fields, from, end, rules.offset_at(from)), by_old_clock(fields, from, end, rules));
    if (found) return found;
    from = end;
  }
  return std::nullopt;
}

// For fixed times. Later times of the clock have no earlier first instants, so the first one that fits is the next.
// What the clock leaves out just before `from` counts: it comes when the gap ends.
std::optional<SysTime> first_fixed(const CronFields& fields, SysTime from, const ZoneRules& rules) {
  auto end = clock_at(kEnd, rules.offset_at(kEnd));
  auto before = from - Seconds(1);
  auto local = first_from(fields, clock_at(before, rules.offset_at(before)) + Seconds(1), end);
  while (local && rules.first_instant_of(*local) < from) local = first_from(fields, *local + Seconds(1), end);
  return local ? std::optional<SysTime>(rules.first_instant_of(*local)) : std::nullopt;
}

}  // namespace

std::optional<WallTime> Cron::next(WallTime after, const TimeZone& zone) const {
  if (after >= kEnd) return std::nullopt;
  auto from = std::max(std::chrono::floor<Seconds>(after) + Seconds(1), kBegin);
  bool goes_by_clock = fields_.any_minute || fields_.any_hour;
  return goes_by_clock ? first_by_clock(fields_, from, zone.rules()) : first_fixed(fields_, from, zone.rules());
}

}  // namespace executus::cron
