#include <algorithm>
#include <utility>

#include <executus/llm/health.hpp>

namespace executus::llm {

Health::Health(const Clock& clock, HealthPolicy policy, SuspensionStore* store)
    : clock_(clock), policy_(policy), store_(store) {}

// Another process may have suspended something.
void Health::refresh() {
  auto stored = store_ ? store_->load() : std::nullopt;
  if (!stored) return;
  by_hand_.clear();
  for (auto& suspension : *stored) by_hand_[suspension.target] = suspension;
}

std::optional<TargetHealth> Health::by_hand(const std::string& target) const {
  auto found = by_hand_.find(target);
  if (found == by_hand_.end()) return std::nullopt;
  auto left = Milliseconds::max();
  if (found->second.until) left = *found->second.until - clock_.wall();
  if (left.count() <= 0) return std::nullopt;
  return TargetHealth{target, 0, left, true, found->second.reason};
}

std::optional<TargetHealth> Health::suspended_now(const std::string& target) const {
  if (auto suspension = by_hand(target)) return suspension;
  auto record = records_.find(target);
  if (record == records_.end() || !record->second.suspended_until) return std::nullopt;
  auto left = std::chrono::ceil<Milliseconds>(*record->second.suspended_until - clock_.mono());
  if (left.count() <= 0) return std::nullopt;
  return TargetHealth{target, record->second.failures, left, false, record->second.reason};
}

std::optional<TargetHealth> Health::suspended(const std::string& target) {
  std::lock_guard lock(mutex_);
  try {
    refresh();
  } catch (const std::exception&) {  // what was known stays
  }
  return suspended_now(target);
}

bool Health::failed(const std::string& target, std::string reason, std::optional<Milliseconds> leave_alone) {
  std::lock_guard lock(mutex_);
  auto& record = records_[target];
  record.reason = std::move(reason);
  bool was_suspended = record.suspended_until && *record.suspended_until > clock_.mono();
  if (!was_suspended) ++record.failures;
  if (leave_alone)
    record.suspended_until = std::max(record.suspended_until, std::optional(later(clock_.mono(), *leave_alone)));
  if (was_suspended || leave_alone) return true;
  int beyond = record.failures - policy_.failures_to_suspend;
  if (beyond < 0) return false;
  auto wait = policy_.first_suspension;
  for (int i = 0; i < beyond && wait < policy_.longest_suspension; ++i) wait *= 2;
  record.suspended_until = later(clock_.mono(), std::min(wait, policy_.longest_suspension));
  return true;
}

void Health::succeeded(const std::string& target) {
  std::lock_guard lock(mutex_);
  records_.erase(target);
}

std::vector<ManualSuspension> Health::all_by_hand() const {
  std::vector<ManualSuspension> all;
  for (const auto& [target, suspension] : by_hand_) all.push_back(suspension);
  return all;
}

void Health::suspend(ManualSuspension suspension) {
  std::lock_guard lock(mutex_);
  refresh();
  auto target = suspension.target;
  by_hand_[target] = std::move(suspension);
  if (store_) store_->save(all_by_hand());
}

bool Health::restore(const std::string& target) {
  std::lock_guard lock(mutex_);
  refresh();
  bool was_suspended = suspended_now(target).has_value();
  records_.erase(target);
  if (by_hand_.erase(target) > 0 && store_) store_->save(all_by_hand());
  return was_suspended;
}

std::vector<TargetHealth> Health::snapshot() {
  std::lock_guard lock(mutex_);
  refresh();
  std::map<std::string, TargetHealth> all;
  for (const auto& [target, record] : records_) all[target] = {target, record.failures, {}, false, record.reason};
  for (const auto& [target, suspension] : by_hand_) all[target].target = target;
  for (auto& [target, health] : all)
    if (auto suspension = suspended_now(target)) health = std::move(*suspension);
  std::vector<TargetHealth> listed;
  for (auto& [target, health] : all)
    if (health.failures > 0 || health.suspended_for) listed.push_back(std::move(health));
  return listed;
}

}  // namespace executus::llm
