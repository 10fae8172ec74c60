// Budgets in this process's memory: for tests, and for runs that are kept nowhere.
#pragma once

#include <memory>
#include <mutex>

#include <executus/budget/store.hpp>

namespace executus::budget {

class MemoryBudgets final : public BudgetStore {
 public:
  MemoryBudgets();
  ~MemoryBudgets() override;
  [[nodiscard]] Task<void> set(Limit limit, Put put, WallTime now) override;
  [[nodiscard]] Task<std::optional<Limit>> raise(std::string account, Amounts more) override;
  [[nodiscard]] Task<bool> remove(std::string account) override;
  [[nodiscard]] Task<BudgetTerms> terms(std::vector<std::string> accounts) override;
  [[nodiscard]] Task<std::vector<Standing>> list(WallTime now) override;
  [[nodiscard]] Task<BudgetAnswer> reserve(Report report, Amounts calls, WallTime now) override;
  [[nodiscard]] Task<void> settle(Report report, Budget::Rest rest, WallTime now) override;
  [[nodiscard]] Task<std::vector<Hold>> holds() override;
  [[nodiscard]] Task<bool> correct(RunId run, Amounts actual) override;

 private:
  class Rows;
  std::mutex mutex_;
  std::unique_ptr<Rows> rows_;
};

}  // namespace executus::budget
