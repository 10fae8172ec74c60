// What a store of budgets keeps, row by row: the rules are in ledger.hpp, which works on these within one transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <executus/budget/account.hpp>

namespace executus::budget {

// What was spent in a stretch of time that ends at `until`.
struct Spent {
  WallTime until{};
  Amounts measured = {};
  Amounts estimated = {};
};

// What was estimated of a run's calls.
struct Estimate {
  std::string account;
  WallTime until{};
  Amounts amounts = {};
};

class Tables {
 public:
  virtual ~Tables() = default;

  virtual std::optional<Limit> limit(const std::string& account) = 0;
  virtual std::vector<Limit> limits() = 0;  // by account
  virtual void put(const Limit& limit) = 0;
  virtual bool erase_account(const std::string& account) = 0;  // its limit and all that was spent; false: no limit

  virtual std::vector<Spent> spent(const std::string& account, WallTime after) = 0;  // until > after, earliest first
  virtual void add_spent(const std::string& account, WallTime until, const Amounts& amounts) = 0;
  virtual void add_estimate(const RunId& run, const Estimate& estimate) = 0;
  virtual std::vector<Estimate> estimates(const RunId& run) = 0;
  virtual void erase_estimates(const RunId& run) = 0;
  virtual void forget(const std::string& account, WallTime until) = 0;  // what was spent until then

  virtual std::optional<Hold> hold(const RunId& run) = 0;
  virtual std::vector<Hold> holds() = 0;  // by run
  virtual void put(const Hold& hold) = 0;
  virtual void erase_hold(const RunId& run) = 0;
  virtual Amounts held(const std::string& account, const RunId& but) = 0;  // by all runs but that one
};

}  // namespace executus::budget
