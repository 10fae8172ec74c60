// How the open time of a job moves on. Pure.
#pragma once

#include <executus/schedule/job.hpp>

namespace executus::schedule {

// So late a time is in time for every runner: passes are not at the moment.
inline constexpr Milliseconds kShortestGrace = std::chrono::minutes(1);

// `job` open at `next`, with the jitter of that time.
[[nodiscard]] Job open_at(Job job, std::optional<WallTime> next);

// The last time of the plan in (after, now]; nothing: there is none. Asks `next` some 40 times, however many there are.
[[nodiscard]] std::optional<WallTime> last_time(const Plan& plan, WallTime after, WallTime now, const NextTime& next);

// `job` open at `to` instead of at its open time: that one and those up to `to` are skipped, and with them the
// trouble there was. Precondition: one is open.
[[nodiscard]] Job skipped_to(Job job, std::optional<WallTime> to, WallTime now, std::string reason,
                             const NextTime& next);

// `job` without the trouble it had.
[[nodiscard]] Job at_peace(Job job);

}  // namespace executus::schedule
