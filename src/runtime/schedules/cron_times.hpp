// When a plan comes, by cron and the system's time zones.
#pragma once

#include <optional>

#include <executus/schedule/job.hpp>

namespace executus {

// A schedule::NextTime. Throws Error schedule.cron, schedule.timezone.
[[nodiscard]] std::optional<WallTime> next_by_cron(const schedule::Plan& plan, WallTime after);

}  // namespace executus
