// Which days and times of day an expression names, by the clock on the wall alone. Pure.
#pragma once

#include <optional>

#include <executus/cron/cron.hpp>

#include "cron/zone_rules.hpp"

namespace executus::cron {

// The first time from `from` on that is before `end`.
[[nodiscard]] std::optional<LocalTime> first_from(const CronFields& fields, LocalTime from, LocalTime end);

// The calendar repeats every 400 years: what does not come in so many never does.
[[nodiscard]] bool ever_comes(const CronFields& fields);

}  // namespace executus::cron
