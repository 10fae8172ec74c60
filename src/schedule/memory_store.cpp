#include <algorithm>
#include <tuple>

#include <executus/schedule/memory_store.hpp>

namespace executus::schedule {

Task<std::vector<Job>> MemorySchedules::due(WallTime now) {
  std::lock_guard lock(mutex_);
  std::vector<Job> found;
  for (const auto& [id, job] : jobs_)
    if (auto when = looks_at(job); when && *when <= now) found.push_back(job);
  std::ranges::sort(found, {}, [](const Job& job) { return std::tuple(looks_at(job), job.id); });
  co_return found;
}

Task<std::optional<WallTime>> MemorySchedules::next_look(WallTime now) {
  std::lock_guard lock(mutex_);
  std::optional<WallTime> first;
  for (const auto& [id, job] : jobs_)
    if (auto when = looks_at(job); when && *when > now) first = std::min(*when, first.value_or(*when));
  co_return first;
}

Task<std::vector<Job>> MemorySchedules::list() {
  std::lock_guard lock(mutex_);
  std::vector<Job> all;
  for (const auto& [id, job] : jobs_) all.push_back(job);
  co_return all;
}

Task<std::optional<Job>> MemorySchedules::find(std::string id) {
  std::lock_guard lock(mutex_);
  auto found = jobs_.find(id);
  co_return found == jobs_.end() ? std::nullopt : std::optional<Job>(found->second);
}

Task<bool> MemorySchedules::add(Job job) {
  std::lock_guard lock(mutex_);
  job.revision = 1;
  auto id = job.id;
  co_return jobs_.try_emplace(std::move(id), std::move(job)).second;
}

Task<bool> MemorySchedules::replace(Job job) {
  std::lock_guard lock(mutex_);
  auto found = jobs_.find(job.id);
  if (found == jobs_.end() || found->second.revision != job.revision) co_return false;
  ++job.revision;
  found->second = std::move(job);
  co_return true;
}

Task<bool> MemorySchedules::remove(std::string id) {
  std::lock_guard lock(mutex_);
  co_return jobs_.erase(id) > 0;
}

}  // namespace executus::schedule
