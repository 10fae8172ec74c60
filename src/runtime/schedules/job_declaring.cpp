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
                 : schedule::declared(name_of(declared.scheduled), plan, now, next_by_cron);
  if (job.failures > 0) {  // it is tried at once, and the waits begin anew
    job.failures = 1;
    job.hold_until.reset();
  }
  job.source = declared.source;
  return job;
}

namespace {

// Where its next time cannot be reckoned it stays as it is: a runner says so.
Task<Job> noted_by_its_run(JobPlace place, Job job, WallTime now) {
  if (!job.next || *job.next > now) co_return job;
  auto run = RunId::parse(schedule::run_id_of(job.id, *job.next)).value();
  if (!co_await place.runs.find(run)) co_return job;
  try {
    co_return schedule::noted(job, now, next_by_cron);
  } catch (const Error&) {
    co_return job;
  }
}

}  // namespace

Task<Job> declare_job(JobPlace place, DeclaredAgent declared, WallTime now) {
  for (;;) {
    auto kept = co_await place.jobs.find(name_of(declared.scheduled));
    std::optional<Job> known;
    if (kept) known = co_await noted_by_its_run(place, *kept, now);
    auto job = as_declared(declared, known, now);
    if (kept && job == *kept) co_return job;
    bool done = kept ? co_await place.jobs.replace(job) : co_await place.jobs.add(job);
    if (!done) continue;  // another process was first
    ++job.revision;
    co_return job;
  }
}

Task<std::optional<Job>> change_job(JobPlace place, std::string name, WallTime now, std::function<Job(Job)> change) {
  for (;;) {
    auto kept = co_await place.jobs.find(name);
    if (!kept) co_return std::nullopt;
    auto job = change(co_await noted_by_its_run(place, *kept, now));
    if (job == *kept) co_return job;
    if (!co_await place.jobs.replace(job)) continue;
    ++job.revision;
    co_return job;
  }
}

}  // namespace executus::host
