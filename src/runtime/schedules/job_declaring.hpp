// Brings the jobs of a store to what is declared here.
#pragma once

#include <functional>

#include <executus/schedule/store.hpp>

#include "runtime/schedules/declared_schedules.hpp"

namespace executus::host {

// The job as it is to be, now; `kept` is what the store has. Pure. Throws what next_by_cron() throws.
[[nodiscard]] schedule::Job as_declared(const DeclaredAgent& declared, const std::optional<schedule::Job>& kept,
                                        WallTime now);

// The job of that agent, declared: it is in the store when this returns. Throws Error store.*, schedule.*.
[[nodiscard]] Task<schedule::Job> declare_job(schedule::ScheduleStore& store, DeclaredAgent declared, WallTime now);

// Changes a job until nobody else changed it meanwhile. Nothing: there is none. `change` is pure.
[[nodiscard]] Task<std::optional<schedule::Job>> change_job(schedule::ScheduleStore& store, std::string name,
                                                            std::function<schedule::Job(schedule::Job)> change);

}  // namespace executus::host
