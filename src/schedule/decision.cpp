#include "schedule/decision.hpp"

#include <algorithm>

#include "schedule/times.hpp"

namespace executus::schedule {
namespace {

constexpr const char* kMissed = "nothing ran schedules then";
constexpr const char* kTooOld = "nothing ran schedules then, and it is too long ago to catch up";

Decision catch_up_once(const Job& job, WallTime now, const Limits& limits, const NextTime& next) {
  auto last = last_time(job.plan, std::max(*job.next, job.since), now, next).value_or(*job.next);
  if (now - last > limits.max_age) return Move{skipped_to(job, next(job.plan, now), now, kTooOld, next)};
  if (last != *job.next) return Move{skipped_to(job, last, now, kMissed, next)};
  return Fire{last, true};
}

Decision catch_up_all(const Job& job, WallTime now, const Limits& limits, const NextTime& next) {
  if (now - *job.next <= limits.max_age) return Fire{*job.next, true};
  auto begin = std::max(now - limits.max_age - Milliseconds(1), job.since);
  return Move{skipped_to(job, next(job.plan, begin), now, kTooOld, next)};
}

// What is tried again stays open however late it gets, but not for ever.
Decision try_again(const Job& job, WallTime now, const Limits& limits, const NextTime& next) {
  if (now - *job.next <= limits.max_age) return Fire{*job.next, true};
  auto after = next(job.plan, std::max(*job.next, job.since));
  return Move{skipped_to(job, after, now, "its run could not be started: " + job.trouble, next)};
}

}  // namespace

Decision decide(const Job& job, WallTime now, const Limits& limits, const NextTime& next) {
  auto when = looks_at(job);
  if (!when || *when > now) return Wait{};
  if (job.held || now - job.fires_at <= limits.grace) return Fire{*job.next, false};
  if (job.failures > 0) return try_again(job, now, limits, next);
  switch (job.plan.misfire) {
    case Misfire::skip:
      return Move{skipped_to(job, next(job.plan, std::max(now, job.since)), now, kMissed, next)};
    case Misfire::run_once:
      return catch_up_once(job, now, limits, next);
    case Misfire::run_all:
      return catch_up_all(job, now, limits, next);
  }
  return Wait{};
}

Job closed(const Job& job, const NextTime& next) {
  return open_at(job, next(job.plan, std::max(*job.next, job.since)));
}

}  // namespace executus::schedule
