#include <algorithm>
#include <set>

#include <executus/audit/memory_store.hpp>

#include "base/among.hpp"

namespace executus::audit {

MemoryAudit::Record* MemoryAudit::record_of(const RunId& run) {
  auto place = places_.find(run);
  return place == places_.end() ? nullptr : &records_.at(place->second);
}

Task<int> MemoryAudit::start(RunInfo info) {
  std::lock_guard lock(mutex_);
  auto now = info.started_at;
  auto* record = record_of(info.run);
  if (!record) {
    Place place{info.started_at, ++last_number_};
    auto* parent = record_of(info.parent);
    places_[info.run] = place;
    record = &records_[place];
    record->run.number = place.second;
    record->run.root = parent ? parent->run.root : info.run;
    record->run.info = std::move(info);
  }
  record->run.stats.status = RunStatus::running;
  record->run.ended.reset();
  record->run.updated = std::max(record->run.updated, now);
  co_return ++record->run.stays;
}

Task<void> MemoryAudit::append(RunId run, AuditEvent event) {
  std::lock_guard lock(mutex_);
  auto* record = record_of(run);
  if (!record) co_return;
  event.seq = record->events.size() + 1;
  record->run.updated = std::max(record->run.updated, event.at);
  record->events.push_back(std::move(event));
}

Task<void> MemoryAudit::finish(RunId run, int stay, RunStats stats, WallTime at) {
  std::lock_guard lock(mutex_);
  auto* record = record_of(run);
  if (!record || record->run.stays != stay) co_return;
  if (is_terminal(stats.status)) record->run.ended = at;
  record->run.stats = std::move(stats);
  record->run.updated = std::max(record->run.updated, at);
}

Task<bool> MemoryAudit::erase(RunId run) {
  std::lock_guard lock(mutex_);
  auto place = places_.find(run);
  if (place == places_.end()) co_return false;
  records_.erase(place->second);
  places_.erase(place);
  co_return true;
}

Task<std::size_t> MemoryAudit::purge(WallTime before) {
  std::lock_guard lock(mutex_);
  std::size_t erased = 0;
  for (auto next = records_.begin(); next != records_.end();) {
    const auto& run = next->second.run;
    if (run.updated >= before || run.stats.status == RunStatus::waiting) {
      ++next;
      continue;
    }
    places_.erase(run.info.run);
    next = records_.erase(next);
    ++erased;
  }
  co_return erased;
}

Task<std::optional<AuditRun>> MemoryAudit::find(RunId run) {
  std::lock_guard lock(mutex_);
  const auto* record = record_of(run);
  co_return record ? std::optional(record->run) : std::nullopt;
}

bool MemoryAudit::is_below(const AuditRun& run, const RunId& top) {
  std::set<RunId> seen;
  for (const auto* each = &run; each->info.run != top;) {
    const auto* parent = record_of(each->info.parent);
    if (!parent || !seen.insert(each->info.run).second) return false;
    each = &parent->run;
  }
  return true;
}

bool MemoryAudit::fits(const AuditRun& run, const AuditFilter& filter) {
  const auto& info = run.info;
  auto is_or_any = [](const auto& asked, const auto& value) { return asked.empty() || asked == value; };
  if (!is_or_any(filter.subject, subject_of(info)) || !is_or_any(filter.agent, info.name)) return false;
  if (!is_or_any(filter.caller, info.caller) || !is_or_any(filter.parent, info.parent)) return false;
  if (filter.level == AuditFilter::Level::top && !info.parent.empty()) return false;
  if (filter.since && info.started_at < *filter.since) return false;
  if (filter.until && info.started_at >= *filter.until) return false;
  if (!filter.statuses.empty() && !is_among(run.stats.status, filter.statuses)) return false;
  return filter.tree.empty() || is_below(run, filter.tree);
}

// From the place where the page begins on, backwards.
Task<std::vector<AuditRun>> MemoryAudit::list(AuditFilter filter) {
  std::lock_guard lock(mutex_);
  std::vector<AuditRun> found;
  auto next = records_.end();
  if (filter.page.after) next = records_.lower_bound({filter.page.after->time, filter.page.after->number});
  while (found.size() < filter.page.limit && next != records_.begin())
    if (const auto& run = (--next)->second.run; fits(run, filter)) found.push_back(run);
  co_return found;
}

Task<std::vector<AuditEvent>> MemoryAudit::events(RunId run, std::uint64_t after, std::size_t limit) {
  std::lock_guard lock(mutex_);
  std::vector<AuditEvent> found;
  const auto* record = record_of(run);
  if (!record) co_return found;
  for (auto i = after; i < record->events.size() && found.size() < limit; ++i) found.push_back(record->events[i]);
  co_return found;
}

}  // namespace executus::audit
