// The shipped budget: limits of agents, callers and trees of runs, kept in a store that many processes share.
//
// What is limited is docs/guides/budgets.md; check() refuses nothing, since reserve() is asked
// before each call, and commit() counts nothing, since time is told with the rest.
#pragma once

#include <mutex>
#include <optional>

#include <executus/budget/store.hpp>
#include <executus/journal/store.hpp>

namespace executus::budget {

class SharedBudget final : public Budget {
 public:
  // They outlive it. `journal`: of the runs, so that what one of them still holds that ended without telling comes
  // back; null: there is none.
  SharedBudget(BudgetStore& store, const Clock& clock, journal::JournalStore* journal = nullptr)
      : store_(store), clock_(clock), journal_(journal) {}

  [[nodiscard]] Task<std::optional<std::string>> check(RunInfo info) override;
  [[nodiscard]] Task<void> commit(RunInfo info, Milliseconds used) override;
  [[nodiscard]] Task<BudgetTerms> begin(RunInfo info, std::optional<AgentBudget> own) override;
  [[nodiscard]] Task<BudgetAnswer> reserve(RunInfo info, RunSpending spending, Amounts calls) override;
  [[nodiscard]] Task<void> settle(RunInfo info, RunSpending spending, Rest rest) override;

  // Has the runs go on that wait for the account, with the next recovery or worker, and gives their ids. After its
  // limit was raised; a run for which it is not enough waits again.
  [[nodiscard]] Task<std::vector<RunId>> wake(std::string account);

  // Gives back what runs hold that have ended a minute ago, are not there any more, or have lost their process: it was
  // too late for that. A call that may have been sent is charged at its estimate.
  [[nodiscard]] Task<void> settle_left();

 private:
  [[nodiscard]] bool may_look();
  [[nodiscard]] Task<void> settle_left(Hold hold);

  BudgetStore& store_;
  const Clock& clock_;
  journal::JournalStore* journal_;
  std::mutex mutex_;
  std::optional<MonoTime> looked_;  // for what was left, on behalf of calls that wait
};

}  // namespace executus::budget
