// Port: whether a run may still spend. It is asked before each model call that the run makes, whoever in the run makes
// it: the loop, a phase, a tool, the compactor.
//
// Absent: unlimited, and an agent with a budget of its own is refused. Threads: called on the run's strand, one call at
// a time for each run. Exceptions: of check(), begin() and reserve() end the run; of settle() and commit() are logged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <executus/async/task.hpp>
#include <executus/run/run_info.hpp>
#include <executus/run/spending_limits.hpp>

namespace executus {

// What a run has used by now, in all, as its journal says: so it may be told again, and nothing counts twice.
struct RunSpending {
  std::int64_t epoch = 0;  // of the process that drives it
  Amounts before = {};     // when this process took it up, or told it last
  Amounts total = {};      // by now
  Amounts estimated = {};  // besides: of calls of which no usage is known; told once
  bool lost_call = false;  // a process before this one died while it asked a model, as far as can be known
  // Of reserve(): calls are made beside the run's own, by its tools or its critic. Its journal does not say later that
  // they were made: what is held then is taken to be for a call that was sent, when another process tells of the run.
  bool beside = false;
};

struct BudgetTerms {
  bool counts = false;  // something limits the run: reserve() wants to be asked
  bool priced = false;  // it limits money: models without a price are refused
};

struct BudgetAnswer {
  enum class Verdict {
    granted,   // the call may be made, and others, until `held` is used up
    wait,      // others hold what is left: ask again soon
    breached,  // nothing is left
    lost       // another process drives the run
  };
  Verdict verdict = Verdict::granted;
  Amounts held = {};  // of granted: for all calls of the run that are being made
  // Of granted: to be asked again when the run has been running for so long since; nothing: time is not limited.
  std::optional<Milliseconds> good_for = {};
  std::string tier = {};                 // of granted: not empty: the call is to be made by the model of this tier
  std::string why = {};                  // of wait and breached, for people
  OnBreach on_breach = OnBreach::stop;   // of breached: stop or park
  std::optional<WallTime> room_at = {};  // of breached: when time alone makes room; nothing: it does not
};

class Budget {
 public:
  virtual ~Budget() = default;

  // Why the run is refused, for people; nothing: go ahead. Asked before any model call of this process.
  [[nodiscard]] virtual Task<std::optional<std::string>> check(RunInfo info) = 0;

  // What this process's part of the run took. Once at the end, not cancelled with the run and given 10 s.
  [[nodiscard]] virtual Task<void> commit(RunInfo info, Milliseconds used) = 0;

  // A process takes the run up. `own`: the budget of its agent.
  [[nodiscard]] virtual Task<BudgetTerms> begin(RunInfo info, std::optional<AgentBudget> own) {
    (void)info;
    if (own)
      throw failed("budget.unsupported",
                   "this host's budget knows no limits of agents; take 'budget' out of the agent, or use the shipped "
                   "budget (executus/budget/shared_budget.hpp)");
    co_return BudgetTerms{};
  }

  // Holds `calls`, an estimate of all model calls that the run makes now, or what is left when that is less; it takes
  // the place of what the run held before. More than that may be granted, so that not each call has to ask.
  [[nodiscard]] virtual Task<BudgetAnswer> reserve(RunInfo info, RunSpending spending, Amounts calls) {
    (void)info, (void)spending;
    co_return BudgetAnswer{BudgetAnswer::Verdict::granted, calls};
  }

  // The run makes no model call now, and holds nothing from here on. over: this process drives it no longer.
  enum class Rest { pause, over };
  [[nodiscard]] virtual Task<void> settle(RunInfo info, RunSpending spending, Rest rest) {
    (void)info, (void)spending, (void)rest;
    co_return;
  }
};

}  // namespace executus
