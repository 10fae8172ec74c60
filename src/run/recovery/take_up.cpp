#include "run/recovery/take_up.hpp"

#include <utility>

#include "run/open/cancelled_above.hpp"
#include "run/recovery/claimed.hpp"

namespace executus::run {
namespace {

Recovered of_row(const journal::RunRow& row) {
  Recovered result;
  result.outcome.run_id = row.id;
  result.outcome.agent = row.agent;
  result.outcome.parent = row.parent;
  result.outcome.status = row.status;
  result.outcome.attempts = row.attempts;
  return result;
}

// Awaits `attempt` at `row`. When it throws Cancelled, the run was not claimed yet.
Task<std::optional<Recovered>> contained_attempt(journal::RunRow row, Task<std::optional<Recovered>> attempt) {
  std::optional<Error> problem;
  try {
    co_return co_await std::move(attempt);
  } catch (const Cancelled&) {
    co_return untouched(row);
  } catch (...) {
    problem = current_error();
  }
  auto failed_result = of_row(row);
  failed_result.outcome.status = RunStatus::running;
  failed_result.outcome.reason = problem->message();
  failed_result.outcome.error_code = problem->code();
  co_return failed_result;
}

std::string why_given_up(int fruitless) { return std::to_string(fruitless) + " attempts in a row made no progress"; }

Recovered quarantined(const journal::RunRow& row) {
  auto result = of_row(row);
  result.outcome.status = RunStatus::quarantined;
  result.outcome.reason = why_given_up(row.fruitless);
  return result;
}

// Some of what the process lacks shows only when the run is opened.
Recovered driven(RunOutcome outcome) {
  Recovered result{std::move(outcome), {}};
  const auto& code = result.outcome.error_code;
  if (journal::is_of_other_format(code) || code == "tool.missing") result.missing = {result.outcome.reason};
  return result;
}

}  // namespace

Recovered untouched(const journal::RunRow& row) {
  auto result = of_row(row);
  result.outcome.reason = row.reason;
  result.untouched = true;
  return result;
}

Task<std::vector<std::string>> TakeUp::lacking(journal::RunRow row) const {
  auto missing = co_await missing_here(executor_, store_, row);
  if (!missing.empty() && co_await is_to_end(store_, std::move(row))) missing.clear();
  co_return missing;
}

Task<std::optional<Recovered>> TakeUp::drive(journal::RunRow row, Claimed claimed) const {
  auto attempt = claim_and_drive(row, std::move(claimed));
  return contained_attempt(std::move(row), std::move(attempt));
}

Task<std::optional<Recovered>> TakeUp::try_run(journal::RunRow row) const {
  auto attempt = look_and_drive(row);
  return contained_attempt(std::move(row), std::move(attempt));
}

Task<std::optional<Recovered>> TakeUp::look_and_drive(journal::RunRow row) const {
  auto result = of_row(row);
  result.missing = co_await lacking(row);
  if (!result.missing.empty()) co_return result;
  co_return co_await claim_and_drive(std::move(row), {});
}

Task<std::optional<Recovered>> TakeUp::claim_and_drive(journal::RunRow row, Claimed told) const {
  TaskContext context = co_await this_task();
  context.scope->throw_if_cancelled();
  auto lapses = store_.lapses();
  auto claimed = co_await store_.claim(row.id, row.epoch);
  if (!claimed) co_return std::nullopt;
  auto prepare = [&] { return is_given_up(row.fruitless, *claimed); };
  if (co_await or_release(store_, *claimed, prepare)) co_return quarantined(row);
  if (told) told(*claimed);
  auto outcome = co_await executor_.resume(std::move(*claimed), lapses);
  co_return driven(std::move(outcome));
}

// Quarantines the run, and says so, when it was tried often enough; a run that is to be cancelled is not quarantined.
Task<bool> TakeUp::is_given_up(int fruitless, journal::RunRow claimed) const {
  co_await take_over_cancel(store_, claimed);
  if (!max_attempts_ || fruitless < *max_attempts_) co_return false;
  if (co_await is_to_end(store_, claimed)) co_return false;
  co_await store_.quarantine(claimed.id, claimed.epoch, why_given_up(fruitless));
  co_return true;
}

}  // namespace executus::run
