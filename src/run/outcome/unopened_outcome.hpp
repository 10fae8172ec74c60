// Outcomes of runs that were not driven to their end here.
#pragma once

#include <string>

#include <executus/journal/store.hpp>
#include <executus/run/outcome.hpp>

namespace executus::run {

// Of a submission that was refused: nothing was acknowledged.
[[nodiscard]] RunOutcome outcome_of_refused(RunId run, std::string agent, const Error& why);

// Makes it the outcome of a run that stays for recovery.
void set_left(RunOutcome& outcome, std::string why, std::string code);

// Makes the outcome of a run that was left one of a run that is over: it was never stored, so nothing is left of it.
void set_lost(RunOutcome& outcome);

// Says of the outcome of a run that was left that nobody knows whether it was stored.
void set_perhaps_stored(RunOutcome& outcome);

// Of a run that stays for recovery: it could not be taken up here. One with a damaged journal was quarantined.
[[nodiscard]] RunOutcome outcome_of_left(const journal::RunRow& row, const Error& why);

}  // namespace executus::run
