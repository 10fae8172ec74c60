// Sums of what runs took, in groups.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <executus/audit/history.hpp>

namespace executus::audit {

void add(Spending& group, const AuditRun& run);  // to what the group took

class SpendingSum final {
 public:
  explicit SpendingSum(By by) : by_(by) {}

  void add(const AuditRun& run);

  [[nodiscard]] std::vector<Spending> groups() &&;  // the dearest first

 private:
  [[nodiscard]] std::string group_of(const AuditRun& run) const;

  const By by_;
  std::map<std::string, Spending> groups_;
};

}  // namespace executus::audit
