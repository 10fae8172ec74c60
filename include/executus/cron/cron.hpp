// Cron expressions: when a schedule comes.
//
//   auto cron = executus::cron::parse_cron("0 9 * * MON-FRI").value();
//   auto zone = executus::cron::find_time_zone("Europe/Berlin").value();
//   auto next = cron.next(executus::system_clock().wall(), zone);
//
// Five fields: minute, hour, day of month, month, day of week; six: a second before them. A field is a list of values,
// ranges and steps (`*/15`, `8-18/2`, `30/10`: from 30 on); months and weekdays also by their English names of three
// letters; Sunday is 0 and 7. `L` is the last day of the month, `5L` the last Friday of it. Behind an `@` the words
// yearly (annually), monthly, weekly, daily (midnight) and hourly stand for expressions.
//
// Days, as Vixie's cron has it: where one of the day fields begins with `*`, a day has to fit both of them, else one.
//
// Clock changes: where minute or hour begins with `*`, the expression goes by the clock on the wall, which shows some
// times twice in autumn, and in spring the times that are left out come when the old clock would show them, so no
// interval grows. Otherwise a time that is left out comes once, when the gap ends, and one that is shown twice comes at
// the first of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <executus/base/clock.hpp>
#include <executus/base/result.hpp>
#include <executus/cron/time_zone.hpp>

namespace executus::cron {

// Which values a field allows: bit n is value n.
using Values = std::uint64_t;

// What an expression says, field by field.
struct CronFields {
  Values seconds = 1, minutes = 0, hours = 0;
  Values days = 0, last_day = 0;           // of the month; last_day: 1 or 0
  Values months = 0;                       // 1 to 12
  Values weekdays = 0, last_weekdays = 0;  // 0 to 6; the last such day of the month
  bool any_minute = false, any_hour = false, any_day = false, any_weekday = false;  // begins with `*`

  bool operator==(const CronFields&) const = default;
};

class Cron final {
 public:
  Cron(std::string text, CronFields fields) : text_(std::move(text)), fields_(fields) {}

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] const CronFields& fields() const noexcept { return fields_; }

  // The first time after `after`, in whole seconds; nothing: none until the year 2400, where
  // what is known of clock changes ends. Of times before the year 0 the first one after its beginning.
  [[nodiscard]] std::optional<WallTime> next(WallTime after, const TimeZone& zone) const;

  // Both day fields are limited, so that a day has to fit only one of them: seldom meant.
  [[nodiscard]] bool joins_days_by_or() const noexcept { return !fields_.any_day && !fields_.any_weekday; }

  bool operator==(const Cron&) const = default;

 private:
  std::string text_;
  CronFields fields_;
};

struct CronFault {
  std::size_t offset = 0;  // in bytes, of what is wrong in the expression
  std::string message;     // without it
};

// Of any bytes. An expression that never comes (30 February) is a fault too.
[[nodiscard]] std::variant<Cron, CronFault> read_cron(std::string_view text);

// The same for one who only reports it. The error (schedule.cron) has the column, counted from 1.
[[nodiscard]] Result<Cron> parse_cron(std::string_view text);

}  // namespace executus::cron
