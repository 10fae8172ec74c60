// The rules of a store of budgets. Every store is these on tables of its own, so that all count alike.
//
// Rolling windows: what is spent is kept in stretches of a 256th of the window, and counts until the end of its stretch
// is a window ago; then the next change of the account forgets it.
#pragma once

#include <string>
#include <vector>

#include <executus/budget/store.hpp>

#include "budget/tables.hpp"

namespace executus::budget {

// Works on tables that outlive it. Each call belongs in one transaction.
class Ledger final {
 public:
  explicit Ledger(Tables& tables) : tables_(tables) {}

  void set(const Limit& limit, BudgetStore::Put put, WallTime now);
  std::optional<Limit> raise(const std::string& account, const Amounts& more);
  [[nodiscard]] BudgetTerms terms(const std::vector<std::string>& accounts) const;
  [[nodiscard]] std::vector<Standing> list(WallTime now) const;
  BudgetAnswer reserve(const Report& report, const Amounts& calls, WallTime now);
  void settle(const Report& report, Budget::Rest rest, WallTime now);
  bool correct(const RunId& run, const Amounts& actual);

 private:
  [[nodiscard]] std::vector<Limit> limits_of(const std::vector<std::string>& accounts) const;
  [[nodiscard]] Amounts spent(const Limit& limit, WallTime now) const;
  [[nodiscard]] std::optional<WallTime> room_at(const Limit& limit) const;
  void begin_window(const Limit& limit, WallTime now);
  BudgetAnswer granted(Hold& hold, const std::vector<Limit>& limits, const Amounts& calls, WallTime now);
  bool charge(Hold& hold, const Report& report, const std::vector<Limit>& limits, WallTime now);
  [[nodiscard]] Hold hold_of(const Report& report) const;

  Tables& tables_;
};

}  // namespace executus::budget
