#include "schedule/times.hpp"

#include <algorithm>
#include <charconv>

#include <executus/base/digest.hpp>

namespace executus::schedule {
namespace {

// In [0, longest], the same in every process.
Milliseconds jitter_of(const Job& job, WallTime due) {
  if (job.plan.jitter <= Milliseconds(0)) return Milliseconds(0);
  auto digest = sha256_hex(job.id + '\n' + std::to_string(due.time_since_epoch().count()));
  std::uint64_t number = 0;
  std::from_chars(digest.data(), digest.data() + 15, number, 16);  // 60 bits
  return Milliseconds(static_cast<std::int64_t>(number % static_cast<std::uint64_t>(job.plan.jitter.count() + 1)));
}

bool comes_until(const std::optional<WallTime>& time, WallTime now) { return time && *time <= now; }

}  // namespace

Job open_at(Job job, std::optional<WallTime> next) {
  job.next = next;
  job.held = false;
  if (next) job.fires_at = later(*next, jitter_of(job, *next));
  return job;
}

// `next` gives a time until `now` for all moments before the last time, and for none from it on.
std::optional<WallTime> last_time(const Plan& plan, WallTime after, WallTime now, const NextTime& next) {
  if (!comes_until(next(plan, after), now)) return std::nullopt;
  auto low = after, high = now;
  while (low < high) {
    auto middle = low + (high - low) / 2;
    if (comes_until(next(plan, middle), now))
      low = middle + Milliseconds(1);
    else
      high = middle;
  }
  return low;
}

Job skipped_to(Job job, std::optional<WallTime> to, WallTime now, std::string reason, const NextTime& next) {
  auto until = to ? std::min(*to, later(now, Milliseconds(1))) : later(now, Milliseconds(1));
  Skipped skipped{*job.next, until, 0, std::move(reason)};
  for (std::optional<WallTime> time = job.next; time && *time < until && skipped.count < kMostCounted; ++skipped.count)
    time = next(job.plan, std::max(*time, job.since));
  job = open_at(at_peace(std::move(job)), to);
  job.skipped = std::move(skipped);
  return job;
}

Job at_peace(Job job) {
  job.failures = 0;
  job.trouble.clear();
  job.hold_until.reset();
  return job;
}

}  // namespace executus::schedule
