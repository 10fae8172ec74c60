#include <utility>

#include <executus/schedule/changes.hpp>

#include "schedule/decision.hpp"
#include "schedule/times.hpp"

namespace executus::schedule {
namespace {

Plan changed(Plan plan, const PlanChange& change) {
  plan.cron = change.cron.value_or(plan.cron);
  plan.timezone = change.timezone.value_or(plan.timezone);
  plan.misfire = change.misfire.value_or(plan.misfire);
  plan.overlap = change.overlap.value_or(plan.overlap);
  plan.jitter = change.jitter.value_or(plan.jitter);
  return plan;
}

bool names_the_same_times(const Plan& a, const Plan& b) { return a.cron == b.cron && a.timezone == b.timezone; }

// A due time that has come and was not missed: it waits for its jitter, for a pass, or for the run before it.
bool is_pending(const Job& job, WallTime now) {
  return job.next && *job.next <= now && (job.held || now - job.fires_at <= kShortestGrace);
}

// Open at the first time after `now`; what was open and has come is skipped.
Job begun_anew(Job job, WallTime now, std::string reason, const NextTime& next) {
  auto first = next(job.plan, now);
  if (!job.next || *job.next > now) return open_at(std::move(job), first);
  Skipped skipped{*job.next, later(*job.next, Milliseconds(1)), 1, std::move(reason)};
  job = open_at(std::move(job), first);
  job.skipped = std::move(skipped);
  return job;
}

}  // namespace

Job declared(std::string id, Plan plan, WallTime now, const NextTime& next) {
  Job job;
  job.id = std::move(id);
  job.plan = std::move(plan);
  job.since = now;
  return open_at(job, next(job.plan, now));
}

PlanChange change_to(const Plan& plan) { return {plan.cron, plan.timezone, plan.misfire, plan.overlap, plan.jitter}; }

Job stopped(Job job, WallTime now, std::string reason) {
  job.last = Firing{job.next.value_or(now), now, "", std::move(reason)};
  return open_at(at_peace(std::move(job)), std::nullopt);
}

Job noted(Job job, WallTime now, const NextTime& next) {
  if (!job.next) return job;
  auto due = *job.next;
  job = at_peace(closed(job, next));
  job.last_run = run_id_of(job.id, due);
  job.last = Firing{due, now, job.last_run, ""};
  return job;
}

Job edited(Job job, const PlanChange& change, WallTime now, const NextTime& next) {
  Plan before = std::exchange(job.plan, changed(job.plan, change));
  if (job.plan == before && job.next) return job;
  job = at_peace(std::move(job));
  if (job.next && names_the_same_times(job.plan, before))
    return *job.next > now ? open_at(job, job.next) : job;  // by the new jitter
  job.since = now;
  if (is_pending(job, now)) {
    (void)next(job.plan, now);  // a plan that cannot be read is refused here too
    return job;
  }
  return begun_anew(std::move(job), now, "it was missed before the schedule was changed", next);
}

Job passed_over(Job job, WallTime now, std::string reason, const NextTime& next) {
  if (!job.next || *job.next > now) return job;
  job.since = now;
  return begun_anew(at_peace(std::move(job)), now, std::move(reason), next);
}

Job paused(Job job, WallTime now) {
  if (!job.paused) job.paused = now;
  return job;
}

Job resumed(Job job, WallTime now, const NextTime& next) {
  if (!job.paused) return job;
  bool came_before = job.next && *job.next <= *job.paused;
  if (!came_before) job.next.reset();  // it came in the pause: nobody missed it
  job.paused.reset();
  job.since = now;
  return begun_anew(at_peace(std::move(job)), now, "the schedule was paused before it ran", next);
}

}  // namespace executus::schedule
