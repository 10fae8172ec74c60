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

RunOutcome outcome_of_left(const journal::RunRow& row, const Error& why) {
  auto outcome = outcome_of_refused(row.id, row.agent, why);
  outcome.status = why.code() == "journal.malformed" ? RunStatus::quarantined : RunStatus::running;
  outcome.reason = std::exchange(outcome.error, "");
  return outcome;
}

}  // namespace executus::run
