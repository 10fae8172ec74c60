// The rows of budgets on one connection, within a transaction of its caller.
#pragma once

#include "budget/tables.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace executus::sqlite {

class BudgetTables final : public budget::Tables {
 public:
  explicit BudgetTables(Connection& connection) : connection_(connection) {}

  std::optional<budget::Limit> limit(const std::string& account) override;
  std::vector<budget::Limit> limits() override;
  void put(const budget::Limit& limit) override;
  bool erase_account(const std::string& account) override;

  std::vector<budget::Spent> spent(const std::string& account, WallTime after) override;
  void add_spent(const std::string& account, WallTime until, const Amounts& amounts) override;
  void add_estimate(const RunId& run, const budget::Estimate& estimate) override;
  std::vector<budget::Estimate> estimates(const RunId& run) override;
  void erase_estimates(const RunId& run) override;
  void forget(const std::string& account, WallTime until) override;

  std::optional<budget::Hold> hold(const RunId& run) override;
  std::vector<budget::Hold> holds() override;
  void put(const budget::Hold& hold) override;
  void erase_hold(const RunId& run) override;
  Amounts held(const std::string& account, const RunId& but) override;

 private:
  Connection& connection_;
};

}  // namespace executus::sqlite
