// How far a zone's clock is from UTC, and when that changes. Times are whole seconds; the clock on the wall is
// LocalTime.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

namespace executus::cron {

using Seconds = std::chrono::seconds;
using LocalTime = std::chrono::local_seconds;
using SysTime = std::chrono::sys_seconds;

// The clock is moved from `before` to `after` seconds ahead of UTC.
struct ClockChange {
  SysTime when;
  Seconds before, after;
};

class ZoneRules {
 public:
  virtual ~ZoneRules() = default;

  [[nodiscard]] virtual Seconds offset_at(SysTime when) const = 0;

  // The first change after `when`, and the last at or before it. Changes that move the clock by nothing are none.
  [[nodiscard]] virtual std::optional<ClockChange> change_after(SysTime when) const = 0;
  [[nodiscard]] virtual std::optional<ClockChange> change_until(SysTime when) const = 0;

  // When the clock shows `local`: for the first time; when the gap ends that leaves it out.
  [[nodiscard]] virtual SysTime first_instant_of(LocalTime local) const = 0;
};

[[nodiscard]] inline LocalTime clock_at(SysTime when, Seconds offset) {
  return LocalTime(when.time_since_epoch() + offset);
}
[[nodiscard]] inline SysTime instant_of(LocalTime local, Seconds offset) {
  return SysTime(local.time_since_epoch() - offset);
}

}  // namespace executus::cron
