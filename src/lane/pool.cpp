#include "lane/pool.hpp"

namespace executus::lane {

Pool::Admitted Pool::admit(const JobLabel& label) {
  JobId id = ++last_id_;
  auto user = loads_.try_emplace(label.user).first;
  if (running_.size() < max_concurrent_) {
    running_.emplace(id, user);
    ++user->second.running;
    return {id, Admission::running};
  }
  queue_.push(id, label);
  queued_.emplace(id, user);
  ++user->second.queued;
  return {id, Admission::queued};
}

std::optional<JobId> Pool::leave(JobId id, MonoTime now) {
  if (cancel(id)) return std::nullopt;
  auto job = running_.find(id);
  if (job == running_.end()) return std::nullopt;
  auto user = job->second;
  running_.erase(job);
  --user->second.running;
  forget_idle(user);
  ++done_;
  throughput_.count(now);
  return start_next();
}

bool Pool::cancel(JobId id) {
  if (!queue_.erase(id)) return false;
  auto user = queued_.extract(id).mapped();
  --user->second.queued;
  forget_idle(user);
  return true;
}

std::vector<JobId> Pool::resize(std::size_t max_concurrent) {
  max_concurrent_ = max_concurrent;
  std::vector<JobId> started;
  while (auto next = start_next()) started.push_back(*next);
  return started;
}

std::vector<JobId> Pool::drop_queued() {
  std::vector<JobId> dropped;
  while (auto next = queue_.pop()) {
    auto user = queued_.extract(*next).mapped();
    --user->second.queued;
    forget_idle(user);
    dropped.push_back(*next);
  }
  return dropped;
}

LaneStats Pool::stats(MonoTime now) const {
  LaneStats stats;
  stats.max_concurrent = max_concurrent_;
  stats.queued = queue_.size();
  stats.running = running_.size();
  stats.done = done_;
  stats.throughput_1m = throughput_.last_minute(now);
  auto ahead = stats.running < max_concurrent_ ? 0 : stats.queued + 1 + (stats.running - max_concurrent_);
  if (max_concurrent_ > 0) stats.eta = throughput_.expected(ahead, now);
  stats.by_user = loads_;
  return stats;
}

// Moves the map's node: without an allocation, so that giving up a place cannot fail.
std::optional<JobId> Pool::start_next() {
  if (running_.size() >= max_concurrent_) return std::nullopt;
  auto next = queue_.pop();
  if (!next) return std::nullopt;
  auto job = queued_.extract(*next);
  auto user = job.mapped();
  --user->second.queued;
  ++user->second.running;
  running_.insert(std::move(job));
  return next;
}

void Pool::forget_idle(Loads::iterator user) {
  if (user->second == UserLoad{}) loads_.erase(user);
}

}  // namespace executus::lane
