// Time zones of the system's database (the package tzdata, or the folder that TZDIR names), by their names there:
// "Europe/Berlin", "UTC".
//
// A value; copies are cheap. Threads: all methods from any. A zone is read once and stays as it was read until the
// process ends, whatever happens to the database meanwhile.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <executus/base/clock.hpp>
#include <executus/base/result.hpp>

namespace executus::cron {

class ZoneRules;

class TimeZone final {
 public:
  TimeZone();  // UTC, which needs no database

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  // "2026-03-29T03:00:00+02:00": the local time with its distance from UTC. As rfc3339() it can say the years 0 to
  // 9999.
  [[nodiscard]] std::string local(WallTime time) const;

  [[nodiscard]] const ZoneRules& rules() const noexcept { return *rules_; }

 private:
  friend Result<TimeZone> find_time_zone(std::string_view name);
  TimeZone(std::string name, std::shared_ptr<const ZoneRules> rules)
      : name_(std::move(name)), rules_(std::move(rules)) {}

  std::string name_;
  std::shared_ptr<const ZoneRules> rules_;  // shared by the copies
};

// The error (schedule.timezone) says whether the name is unknown or the database is missing.
[[nodiscard]] Result<TimeZone> find_time_zone(std::string_view name);

}  // namespace executus::cron
