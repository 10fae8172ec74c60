#include "audit/spending_sum.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace executus::audit {

std::string SpendingSum::group_of(const AuditRun& run) const {
  if (by_ == By::agent) return run.info.name;
  return by_ == By::caller ? run.info.caller : run.root.str();
}

void add(Spending& group, const AuditRun& run) {
  ++group.runs;
  ++group.outcomes[run.stats.status];
  group.usage += run.stats.usage;
  group.cost += run.stats.cost;
  if (run.unreadable.empty())
    group.runtime += std::min(run.stats.runtime, Milliseconds::max() - group.runtime);
  else
    ++group.untimed;
}

void SpendingSum::add(const AuditRun& run) { audit::add(groups_[group_of(run)], run); }

std::vector<Spending> SpendingSum::groups() && {
  std::vector<Spending> groups;
  for (auto& [name, group] : groups_) {
    group.of = name;
    groups.push_back(std::move(group));
  }
  auto rank = [](const Spending& group) {
    return std::tuple(-group.cost.known.count, -group.usage.input, -group.usage.output, group.of);
  };
  std::ranges::sort(groups, {}, rank);
  return groups;
}

}  // namespace executus::audit
