// What people change about a job. Pure: the result is for ScheduleStore::add or replace. Each throws what `next`
// throws.
#pragma once

#include <optional>
#include <string>

#include <executus/schedule/job.hpp>

namespace executus::schedule {

// A new job, open at its first time after `now`.
[[nodiscard]] Job declared(std::string id, Plan plan, WallTime now, const NextTime& next);

// What is not named stays as it is, the time zone too.
struct PlanChange {
  std::optional<std::string> cron, timezone;
  std::optional<Misfire> misfire;
  std::optional<Overlap> overlap;
  std::optional<Milliseconds> jitter;
};
[[nodiscard]] PlanChange change_to(const Plan& plan);  // names all of it

// No time of the new plan until `now` fires. A due time that has come and waits for its jitter, for a pass or for
// the run before it still runs, once; one that was missed is skipped. A job that has none open begins anew. Without a
// difference it stays as it is otherwise.
[[nodiscard]] Job edited(Job job, const PlanChange& change, WallTime now, const NextTime& next);

// Closes the due time that is open, with the reason, and opens none: nothing comes any more until the job is edited.
[[nodiscard]] Job stopped(Job job, WallTime now, std::string reason);

// The run of the open time was started, and nobody noted it: closes that time with it.
[[nodiscard]] Job noted(Job job, WallTime now, const NextTime& next);

// The open time, where it has come, is skipped with the reason: others had it. No time until `now` fires.
[[nodiscard]] Job passed_over(Job job, WallTime now, std::string reason, const NextTime& next);

// A paused job does nothing; the times that come meanwhile are not missed. Both leave a job alone that is so already.
[[nodiscard]] Job paused(Job job, WallTime now);
[[nodiscard]] Job resumed(Job job, WallTime now, const NextTime& next);

}  // namespace executus::schedule
