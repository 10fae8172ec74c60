#include <utility>

#include <executus/base/described.hpp>
#include <executus/schedule/job_json.hpp>

namespace executus::schedule {
namespace {

// As it is stored. Frozen.
struct StoredPlan {
  std::string cron, timezone, misfire, overlap;
  std::int64_t jitter_ms = 0;
};
BOOST_DESCRIBE_STRUCT(StoredPlan, (), (cron, timezone, misfire, overlap, jitter_ms))

struct StoredFiring {
  std::string due, at, run_id, reason;
};
BOOST_DESCRIBE_STRUCT(StoredFiring, (), (due, at, run_id, reason))

struct StoredSkipped {
  std::string first, until;
  int count = 0;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(StoredSkipped, (), (first, until, count, reason))

struct StoredJob {
  std::string id, source;
  StoredPlan plan;
  std::string since;
  std::optional<std::string> next;
  std::string fires_at;
  bool held = false;
  std::optional<std::string> paused;
  int failures = 0;
  std::string trouble;
  std::optional<std::string> hold_until;
  std::string last_run;
  std::optional<StoredFiring> last;
  std::optional<StoredSkipped> skipped;
};
BOOST_DESCRIBE_STRUCT(StoredJob, (),
                      (id, source, plan, since, next, fires_at, held, paused, failures, trouble, hold_until, last_run,
                       last, skipped))

std::optional<std::string> text_of(const std::optional<WallTime>& time) {
  return time ? std::optional(rfc3339(*time)) : std::nullopt;
}

template <class T>
T known(std::optional<T> value, const char* what, const std::string& text) {
  if (value) return std::move(*value);
  throw failed("schedule.json", "a stored schedule has '" + text + "' where " + what + " belongs");
}

WallTime time_of(const std::string& text) { return known(parse_rfc3339(text), "a time", text); }

std::optional<WallTime> time_of(const std::optional<std::string>& text) {
  return text ? std::optional(time_of(*text)) : std::nullopt;
}

StoredPlan stored(const Plan& plan) {
  return {plan.cron, plan.timezone, std::string(to_string(plan.misfire)), std::string(to_string(plan.overlap)),
          plan.jitter.count()};
}

Plan plan_of(const StoredPlan& plan) {
  return {plan.cron, plan.timezone, known(parse_misfire(plan.misfire), "a misfire", plan.misfire),
          known(parse_overlap(plan.overlap), "an overlap", plan.overlap), Milliseconds(plan.jitter_ms)};
}

StoredJob stored(const Job& job) {
  StoredJob stored_job{job.id,
                       job.source,
                       stored(job.plan),
                       rfc3339(job.since),
                       text_of(job.next),
                       rfc3339(job.fires_at),
                       job.held,
                       text_of(job.paused),
                       job.failures,
                       job.trouble,
                       text_of(job.hold_until),
                       job.last_run,
                       {},
                       {}};
  if (const auto& last = job.last) stored_job.last = {rfc3339(last->due), rfc3339(last->at), last->run, last->reason};
  if (const auto& skipped = job.skipped)
    stored_job.skipped = {rfc3339(skipped->first), rfc3339(skipped->until), skipped->count, skipped->reason};
  return stored_job;
}

Job job_of(const StoredJob& stored) {
  Job job{stored.id,
          stored.source,
          plan_of(stored.plan),
          time_of(stored.since),
          time_of(stored.next),
          time_of(stored.fires_at),
          stored.held,
          time_of(stored.paused),
          stored.failures,
          stored.trouble,
          time_of(stored.hold_until),
          stored.last_run,
          {},
          {}};
  if (const auto& last = stored.last) job.last = {time_of(last->due), time_of(last->at), last->run_id, last->reason};
  if (const auto& skipped = stored.skipped)
    job.skipped = {time_of(skipped->first), time_of(skipped->until), skipped->count, skipped->reason};
  return job;
}

}  // namespace

boost::json::object to_json(const Job& job) { return executus::to_json(stored(job)).as_object(); }

Result<Job> job_from_json(const boost::json::value& value) {
  auto read = from_json<StoredJob>(value);
  if (!read.ok()) return failed("schedule.json", "a stored schedule cannot be read: " + read.error().message());
  try {
    return job_of(*read);
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace executus::schedule
