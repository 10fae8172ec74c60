#include "cli/commands/schedule/schedule_report.hpp"

#include <executus/cron/time_zone.hpp>
#include <executus/schedule/job_json.hpp>

#include "cli/output/terminal.hpp"

namespace executus::cli {
namespace {

using schedule::Job;

// A worker that has the agent fires within that.
constexpr Milliseconds kOverdue = std::chrono::minutes(2);

std::string to_the_second(WallTime time) { return rfc3339(time).substr(0, 19) + "Z"; }

// As ScheduleStore::list() has one that cannot be read: only the id is known.
bool is_unreadable(const Job& job) { return !job.next && !job.trouble.empty(); }

bool is_overdue(const Job& job, WallTime now) { return !job.held && now - job.fires_at > kOverdue; }

std::string times_of(int count) {
  bool is_all = count < schedule::kMostCounted;
  return std::to_string(count) + (is_all ? "" : " or more") + (count == 1 ? " time" : " times");
}

// What happened last: a time that was tried, or some that were not.
std::string last_of(const Job& job) {
  bool is_refused = job.last && job.last->run.empty();
  if (job.skipped && (!job.last || job.skipped->first > job.last->due))
    return "skipped " + times_of(job.skipped->count) + " from " + to_the_second(job.skipped->first) +
           " on: " + job.skipped->reason;
  return is_refused ? "no run at " + to_the_second(job.last->due) + ": " + job.last->reason : "";
}

}  // namespace

std::string local_time(const Job& job, WallTime time) {
  auto zone = cron::find_time_zone(job.plan.timezone);
  return zone.ok() ? zone->local(time) : to_the_second(time);
}

std::string state_of(const Job& job, WallTime now) {
  if (job.paused) return "paused since " + to_the_second(*job.paused);
  if (is_unreadable(job)) return job.trouble;
  if (!job.next) return "stopped: " + (job.last && job.last->run.empty() ? job.last->reason : "no time is left");
  if (job.failures > 0)
    return "tried again from " + to_the_second(job.hold_until.value_or(now)) + " on: " + job.trouble;
  if (job.held) return "waits for the end of " + job.last_run;
  if (is_overdue(job, now)) return "overdue: it waits for a worker that has the agent";
  return last_of(job);
}

boost::json::object schedule_json(const Job& job, WallTime now) {
  if (is_unreadable(job)) return {{"id", job.id}, {"state", state_of(job, now)}};
  auto json = schedule::to_json(job);
  if (job.next) json["next_local"] = local_time(job, *job.next);
  json["state"] = state_of(job, now);
  return json;
}

std::vector<std::string> schedule_row(const Job& job, WallTime now) {
  return {printable_line(job.id), job.next ? local_time(job, *job.next) : "", job.last_run,
          printable_line(state_of(job, now))};
}

}  // namespace executus::cli
