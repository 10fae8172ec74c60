#include "cron/calendar.hpp"

#include <bit>

namespace executus::cron {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::year_month_day;

bool has(Values values, unsigned value) { return (values >> value & 1U) != 0; }

// The first of `values` from `from` on; nothing: there is none.
std::optional<int> first_value(Values values, int from) {
  Values left = from > 63 ? 0 : values >> from << from;
  return left == 0 ? std::nullopt : std::optional<int>(std::countr_zero(left));
}

bool fits(const CronFields& fields, local_days day, const year_month_day& date) {
  auto last = (date.year() / date.month() / std::chrono::last).day();
  bool is_last_week = date.day() + days(7) > last;
  unsigned weekday = std::chrono::weekday(day).c_encoding();
  bool day_fits = has(fields.days, unsigned{date.day()}) || (fields.last_day != 0 && date.day() == last);
  bool weekday_fits = has(fields.weekdays, weekday) || (is_last_week && has(fields.last_weekdays, weekday));
  return fields.any_day || fields.any_weekday ? day_fits && weekday_fits : day_fits || weekday_fits;
}

std::optional<local_days> first_day(const CronFields& fields, local_days day, local_days end) {
  while (day <= end) {
    year_month_day date(day);
    if (!has(fields.months, unsigned{date.month()})) {
      day = local_days(date.year() / date.month() / 1 + std::chrono::months(1));
    } else if (fits(fields, day, date)) {
      return day;
    } else {
      day += days(1);
    }
  }
  return std::nullopt;
}

// Of a day; `from` may be more than a day has.
std::optional<Seconds> first_time(const CronFields& fields, Seconds from) {
  std::chrono::hh_mm_ss least(from);
  int hours = static_cast<int>(least.hours().count()), minutes = static_cast<int>(least.minutes().count());
  for (auto hour = first_value(fields.hours, hours); hour; hour = first_value(fields.hours, *hour + 1)) {
    bool same_hour = *hour == hours;
    for (auto minute = first_value(fields.minutes, same_hour ? minutes : 0); minute;
         minute = first_value(fields.minutes, *minute + 1)) {
      bool same_minute = same_hour && *minute == minutes;
      if (auto second = first_value(fields.seconds, same_minute ? static_cast<int>(least.seconds().count()) : 0))
        return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + Seconds(*second);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<LocalTime> first_from(const CronFields& fields, LocalTime from, LocalTime end) {
  auto begin = std::chrono::floor<days>(from), last = std::chrono::floor<days>(end);
  for (auto day = first_day(fields, begin, last); day; day = first_day(fields, *day + days(1), last)) {
    auto time = first_time(fields, *day == begin ? from - begin : Seconds(0));
    if (time) return *day + *time < end ? std::optional<LocalTime>(*day + *time) : std::nullopt;
  }
  return std::nullopt;
}

bool ever_comes(const CronFields& fields) {
  using namespace std::chrono;
  return first_from(fields, local_days(2000y / 1 / 1), local_days(2400y / 1 / 1)).has_value();
}

}  // namespace executus::cron
