// Brings the jobs of a store to what is declared here.
#pragma once

#include <functional>

#include <executus/journal/store.hpp>
#include <executus/schedule/store.hpp>

#include "runtime/schedules/declared_schedules.hpp"

namespace executus::host {

// The job as it is to be, now; `kept` is what the store has. Pure. Throws what next_by_cron() throws.
[[nodiscard]] schedule::Job as_declared(const DeclaredAgent& declared, const std::optional<schedule::Job>& kept,
                                        WallTime now);

// Where jobs and their runs are kept. A job whose open time has its run already (a worker died before it said so) is
// noted to have it before anything is changed.
struct JobPlace {
  schedule::ScheduleStore& jobs;
  journal::JournalStore& runs;
};

// The job of that agent, declared: it is in the store when this returns. Throws Error store.*, schedule.*.
[[nodiscard]] Task<schedule::Job> declare_job(JobPlace place, DeclaredAgent declared, WallTime now);

// Changes a job until nobody else changed it meanwhile. Nothing: there is none. `change` is pure.
[[nodiscard]] Task<std::optional<schedule::Job>> change_job(JobPlace place, std::string name, WallTime now,
                                                            std::function<schedule::Job(schedule::Job)> change);

}  // namespace executus::host
