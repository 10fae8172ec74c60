#include <algorithm>
#include <map>
#include <utility>

#include <executus/budget/memory_store.hpp>

#include "budget/ledger.hpp"

namespace executus::budget {

class MemoryBudgets::Rows final : public Tables {
 public:
  std::optional<Limit> limit(const std::string& account) override {
    auto found = limits_.find(account);
    return found == limits_.end() ? std::nullopt : std::optional(found->second);
  }
  std::vector<Limit> limits() override {
    std::vector<Limit> all;
    for (const auto& [account, limit] : limits_) all.push_back(limit);
    return all;
  }
  void put(const Limit& limit) override { limits_[limit.account] = limit; }
  bool erase_account(const std::string& account) override {
    spent_.erase(account);
    std::erase_if(estimates_, [&](const auto& each) { return each.second.account == account; });
    return limits_.erase(account) > 0;
  }

  std::vector<Spent> spent(const std::string& account, WallTime after) override {
    std::map<WallTime, Spent> all;
    auto at = [&](WallTime until) -> Spent& { return all.try_emplace(until, Spent{until, {}, {}}).first->second; };
    for (const auto& [until, amounts] : spent_[account])
      if (until > after) at(until).measured += amounts;
    for (const auto& [run, estimate] : estimates_)
      if (estimate.account == account && estimate.until > after) at(estimate.until).estimated += estimate.amounts;
    std::vector<Spent> rows;
    for (const auto& [until, row] : all) rows.push_back(row);
    return rows;
  }
  void add_spent(const std::string& account, WallTime until, const Amounts& amounts) override {
    spent_[account][until] += amounts;
  }
  void add_estimate(const RunId& run, const Estimate& estimate) override { estimates_.emplace_back(run, estimate); }
  std::vector<Estimate> estimates(const RunId& run) override {
    std::vector<Estimate> all;
    for (const auto& [of, estimate] : estimates_)
      if (of == run) all.push_back(estimate);
    return all;
  }
  void erase_estimates(const RunId& run) override {
    std::erase_if(estimates_, [&](const auto& each) { return each.first == run; });
  }
  void forget(const std::string& account, WallTime until) override {
    std::erase_if(spent_[account], [&](const auto& row) { return row.first <= until; });
    std::erase_if(estimates_,
                  [&](const auto& each) { return each.second.account == account && each.second.until <= until; });
  }

  std::optional<Hold> hold(const RunId& run) override {
    auto found = holds_.find(run.str());
    return found == holds_.end() ? std::nullopt : std::optional(found->second);
  }
  std::vector<Hold> holds() override {
    std::vector<Hold> all;
    for (const auto& [run, hold] : holds_) all.push_back(hold);
    return all;
  }
  void put(const Hold& hold) override { holds_[hold.run.str()] = hold; }
  void erase_hold(const RunId& run) override { holds_.erase(run.str()); }
  Amounts held(const std::string& account, const RunId& but) override {
    Amounts sum;
    for (const auto& [run, hold] : holds_)
      if (hold.run != but && std::ranges::find(hold.accounts, account) != hold.accounts.end()) sum += hold.held;
    return sum;
  }

 private:
  std::map<std::string, Limit> limits_;
  std::map<std::string, std::map<WallTime, Amounts>> spent_;
  std::vector<std::pair<RunId, Estimate>> estimates_;
  std::map<std::string, Hold> holds_;
};

MemoryBudgets::MemoryBudgets() : rows_(std::make_unique<Rows>()) {}
MemoryBudgets::~MemoryBudgets() = default;

Task<void> MemoryBudgets::set(Limit limit, Put put, WallTime now) {
  std::lock_guard lock(mutex_);
  Ledger(*rows_).set(limit, put, now);
  co_return;
}

Task<std::optional<Limit>> MemoryBudgets::raise(std::string account, Amounts more) {
  std::lock_guard lock(mutex_);
  co_return Ledger(*rows_).raise(account, more);
}

Task<bool> MemoryBudgets::remove(std::string account) {
  std::lock_guard lock(mutex_);
  co_return rows_->erase_account(account);
}

Task<BudgetTerms> MemoryBudgets::terms(std::vector<std::string> accounts) {
  std::lock_guard lock(mutex_);
  co_return Ledger(*rows_).terms(accounts);
}

Task<std::vector<Standing>> MemoryBudgets::list(WallTime now) {
  std::lock_guard lock(mutex_);
  co_return Ledger(*rows_).list(now);
}

Task<BudgetAnswer> MemoryBudgets::reserve(Report report, Amounts calls, WallTime now) {
  std::lock_guard lock(mutex_);
  co_return Ledger(*rows_).reserve(report, calls, now);
}

Task<void> MemoryBudgets::settle(Report report, Budget::Rest rest, WallTime now) {
  std::lock_guard lock(mutex_);
  Ledger(*rows_).settle(report, rest, now);
  co_return;
}

Task<std::vector<Hold>> MemoryBudgets::holds() {
  std::lock_guard lock(mutex_);
  co_return rows_->holds();
}

Task<bool> MemoryBudgets::correct(RunId run, Amounts actual) {
  std::lock_guard lock(mutex_);
  co_return Ledger(*rows_).correct(run, actual);
}

}  // namespace executus::budget
