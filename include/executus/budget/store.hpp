// Port: where budgets are kept. Many processes share one; each call is whole or not at all.
//
// Threads: all methods from any. Errors: Error "store.*"; then nothing was changed. `now` is the caller's calendar.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/budget/account.hpp>
#include <executus/run/budget.hpp>

namespace executus::budget {

// What a run tells of itself.
struct Report {
  RunId run;
  std::vector<std::string> accounts = {};
  RunSpending spending = {};
};

class BudgetStore {
 public:
  virtual ~BudgetStore() = default;

  // --- limits

  // always: in the place of one of this account; what was spent stays, and where there is a window now and was none, it
  // counts as spent now. unless_there: one that is there stays as it is. Throws what check(Limit) throws.
  enum class Put { always, unless_there };
  [[nodiscard]] virtual Task<void> set(Limit limit, Put put, WallTime now) = 0;
  // Adds to the limits that the account has; no other comes to it. Nothing: there is no such account. Error
  // budget.limit: less than nothing.
  [[nodiscard]] virtual Task<std::optional<Limit>> raise(std::string account, Amounts more) = 0;
  // With all that was spent. False: there is none.
  [[nodiscard]] virtual Task<bool> remove(std::string account) = 0;

  [[nodiscard]] virtual Task<BudgetTerms> terms(std::vector<std::string> accounts) = 0;
  [[nodiscard]] virtual Task<std::vector<Standing>> list(WallTime now) = 0;  // all, by account

  // --- runs

  // Counts what the run used, then holds what it asks for (Budget::reserve).
  [[nodiscard]] virtual Task<BudgetAnswer> reserve(Report report, Amounts calls, WallTime now) = 0;
  // Counts what the run used; it holds nothing from here on. over: how much of it was counted is forgotten too. No
  // effect when a later epoch has told of the run.
  [[nodiscard]] virtual Task<void> settle(Report report, Budget::Rest rest, WallTime now) = 0;

  [[nodiscard]] virtual Task<std::vector<Hold>> holds() = 0;  // by run

  // What was estimated of the run's calls was in truth `actual`. False: nothing of it is estimated.
  [[nodiscard]] virtual Task<bool> correct(RunId run, Amounts actual) = 0;
};

}  // namespace executus::budget
