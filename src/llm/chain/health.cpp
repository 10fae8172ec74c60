#include <algorithm>
#include <utility>

#include <executus/llm/health.hpp>

namespace executus::llm {

Health::Health(const Clock& clock, HealthPolicy policy, BenchStore* store)
    : clock_(clock), policy_(policy), store_(store) {}

// Another process may have benched something.
void Health::refresh() {
  auto stored = store_ ? store_->load() : std::nullopt;
  if (!stored) return;
  by_hand_.clear();
  for (auto& bench : *stored) by_hand_[bench.target] = bench;
}

std::optional<TargetHealth> Health::by_hand(const std::string& target) const {
  auto found = by_hand_.find(target);
  if (found == by_hand_.end()) return std::nullopt;
  auto left = Milliseconds::max();
  if (found->second.until) left = *found->second.until - clock_.wall();
  if (left.count() <= 0) return std::nullopt;
  return TargetHealth{target, 0, left, true, found->second.reason};
}

std::optional<TargetHealth> Health::benched_now(const std::string& target) const {
  if (auto bench = by_hand(target)) return bench;
  auto record = records_.find(target);
  if (record == records_.end() || !record->second.benched_until) return std::nullopt;
  auto left = std::chrono::ceil<Milliseconds>(*record->second.benched_until - clock_.mono());
  if (left.count() <= 0) return std::nullopt;
  return TargetHealth{target, record->second.failures, left, false, record->second.reason};
}

std::optional<TargetHealth> Health::benched(const std::string& target) {
  std::lock_guard lock(mutex_);
  try {
    refresh();
  } catch (const std::exception&) {  // what was known stays
  }
  return benched_now(target);
}

bool Health::failed(const std::string& target, std::string reason, std::optional<Milliseconds> leave_alone) {
  std::lock_guard lock(mutex_);
  auto& record = records_[target];
  record.reason = std::move(reason);
  bool was_benched = record.benched_until && *record.benched_until > clock_.mono();
  if (!was_benched) ++record.failures;
  if (leave_alone)
    record.benched_until = std::max(record.benched_until, std::optional(later(clock_.mono(), *leave_alone)));
  if (was_benched || leave_alone) return true;
  int beyond = record.failures - policy_.failures_to_bench;
  if (beyond < 0) return false;
  auto wait = policy_.first_bench;
  for (int i = 0; i < beyond && wait < policy_.longest_bench; ++i) wait *= 2;
  record.benched_until = later(clock_.mono(), std::min(wait, policy_.longest_bench));
  return true;
}

void Health::succeeded(const std::string& target) {
  std::lock_guard lock(mutex_);
  records_.erase(target);
}

std::vector<ManualBench> Health::all_by_hand() const {
  std::vector<ManualBench> all;
  for (const auto& [target, bench] : by_hand_) all.push_back(bench);
  return all;
}

void Health::bench(ManualBench bench) {
  std::lock_guard lock(mutex_);
  refresh();
  auto target = bench.target;
  by_hand_[target] = std::move(bench);
  if (store_) store_->save(all_by_hand());
}

bool Health::unbench(const std::string& target) {
  std::lock_guard lock(mutex_);
  refresh();
  bool was_benched = benched_now(target).has_value();
  records_.erase(target);
  if (by_hand_.erase(target) > 0 && store_) store_->save(all_by_hand());
  return was_benched;
}

std::vector<TargetHealth> Health::snapshot() {
  std::lock_guard lock(mutex_);
  refresh();
  std::map<std::string, TargetHealth> all;
  for (const auto& [target, record] : records_) all[target] = {target, record.failures, {}, false, record.reason};
  for (const auto& [target, bench] : by_hand_) all[target].target = target;
  for (auto& [target, health] : all)
    if (auto bench = benched_now(target)) health = std::move(*bench);
  std::vector<TargetHealth> listed;
  for (auto& [target, health] : all)
    if (health.failures > 0 || health.benched_for) listed.push_back(std::move(health));
  return listed;
}

}  // namespace executus::llm
