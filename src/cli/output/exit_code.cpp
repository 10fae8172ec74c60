#include "cli/output/exit_code.hpp"

#include <algorithm>

namespace executus::cli {

// A run that was admitted has been taken up at least once when it ends in error.
bool was_refused(const RunOutcome& outcome) {
  return outcome.status == RunStatus::error && outcome.attempts == 0 && outcome.iterations == 0;
}

Exit exit_code(const RunOutcome& outcome) {
  if (was_refused(outcome)) return Exit::usage;
  switch (outcome.status) {
    case RunStatus::ok:
      return Exit::ok;
    case RunStatus::error:
      return Exit::error;
    case RunStatus::waiting:
      return Exit::waits;
    case RunStatus::timeout:
      return Exit::timeout;
    case RunStatus::killed:
      return Exit::killed;
    case RunStatus::quarantined:
      return Exit::quarantined;
    case RunStatus::cancelled:
      return Exit::cancelled;
    case RunStatus::queued:
    case RunStatus::running:
      return Exit::left;
  }
  return Exit::error;
}

namespace {

// What one run adds to the verdict on the whole pass.
Exit share_of(const Recovered& recovered) {
  if (!recovered.missing.empty()) return Exit::waits;
  switch (exit_code(recovered.outcome)) {
    case Exit::ok:
    case Exit::cancelled:  // it was asked for
      return Exit::ok;
    case Exit::waits:
      return Exit::waits;
    default:
      return Exit::error;
  }
}

}  // namespace

Exit exit_code(std::span<const Recovered> recovered) {
  auto any = [&](Exit share) {
    return std::any_of(recovered.begin(), recovered.end(),
                       [&](const Recovered& each) { return share_of(each) == share; });
  };
  for (Exit verdict : {Exit::error, Exit::waits})
    if (any(verdict)) return verdict;
  return Exit::ok;
}

}  // namespace executus::cli
