#include "runtime/schedules/job_declaring.hpp"

#include <utility>

#include <executus/schedule/changes.hpp>

#include "runtime/schedules/cron_times.hpp"

namespace executus::host {

using schedule::Job;

// What kept it from starting its runs may have been healed by this declaration.
Job as_declared(const DeclaredAgent& declared, const std::optional<Job>& kept, WallTime now) {
  const auto& plan = declared.scheduled.schedule.plan;
  Job job = kept ? schedule::edited(*kept, schedule::change_to(plan), now, next_by_cron)
                 : schedule::declared(declared.scheduled.agent.name, plan, now, next_by_cron);
  if (job.failures > 0) {  // it is tried at once, and the waits begin anew
    job.failures = 1;
    job.hold_until.reset();
  }
  job.source = declared.source;
  return job;
}

Task<Job> declare_job(schedule::ScheduleStore& store, DeclaredAgent declared, WallTime now) {
  for (;;) {
    auto kept = co_await store.find(declared.scheduled.agent.name);
    auto job = as_declared(declared, kept, now);
    if (kept && job == *kept) co_return job;
    bool done = kept ? co_await store.replace(job) : co_await store.add(job);
    if (!done) continue;  // another process was first
    ++job.revision;
    co_return job;
  }
}

Task<std::optional<Job>> change_job(schedule::ScheduleStore& store, std::string name, std::function<Job(Job)> change) {
  for (;;) {
    auto kept = co_await store.find(name);
    if (!kept) co_return std::nullopt;
    auto job = change(*kept);
    if (job == *kept) co_return job;
    if (!co_await store.replace(job)) continue;
    ++job.revision;
    co_return job;
  }
}

}  // namespace executus::host
