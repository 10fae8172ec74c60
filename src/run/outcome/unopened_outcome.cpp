#include "run/outcome/unopened_outcome.hpp"

#include <utility>

namespace executus::run {

RunOutcome outcome_of_refused(RunId run, std::string agent, const Error& why) {
  RunOutcome outcome;
  outcome.run_id = std::move(run);
  outcome.agent = std::move(agent);
  outcome.status = RunStatus::error;
  outcome.error = why.message();
  outcome.error_code = why.code();
  return outcome;
}

void set_left(RunOutcome& outcome, std::string why, std::string code) {
  outcome.status = RunStatus::running;
  outcome.reason = std::move(why);
  outcome.error.clear();
  outcome.error_code = std::move(code);
}

void set_lost(RunOutcome& outcome) {
  outcome.status = RunStatus::error;
  outcome.error = std::exchange(outcome.reason, "") +
                  "; nothing of the run had been stored yet ('durability: lazy'), so it is over: start it again";
}

void set_perhaps_stored(RunOutcome& outcome) {
  outcome.reason +=
      "; the store gave no answer, so the run may be stored or not ('durability: lazy'): once the store is there, "
      "`executus runs show " +
      outcome.run_id.str() + "` tells, and `executus recover` goes on with it";
}

RunOutcome outcome_of_left(const journal::RunRow& row, const Error& why) {
  auto outcome = outcome_of(row);
  set_left(outcome, why.message(), why.code());
  if (journal::is_damage(why.code())) outcome.status = RunStatus::quarantined;
  return outcome;
}

}  // namespace executus::run
