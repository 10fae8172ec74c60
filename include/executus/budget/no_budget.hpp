// A budget that lets everything through, for hosts that want a Budget object and no limits.
#pragma once

#include <executus/run/budget.hpp>

namespace executus::budget {

class NoBudget final : public Budget {
 public:
  [[nodiscard]] Task<std::optional<std::string>> check(RunInfo /*info*/) override { co_return std::nullopt; }
  [[nodiscard]] Task<void> commit(RunInfo /*info*/, Milliseconds /*used*/) override { co_return; }
};

}  // namespace executus::budget
