#include <thread>

#include <executus/run/standing.hpp>

#include "cli/commands/commands.hpp"
#include "cli/session/run_ids.hpp"
#include "cli/session/show_outcome.hpp"

namespace executus::cli {
namespace {

constexpr Milliseconds kWaitPause{250};

bool stands_still(RunStatus status) {
  return is_terminal(status) || status == RunStatus::waiting || status == RunStatus::quarantined;
}

}  // namespace

// A run that no living process drives does not end by waiting for it: exit code 130, and the next step.
Exit execute(Session& session, const RunsWait& options) {
  session.only_reads();
  auto run = find_run(session, options.run);
  for (;;) {
    auto row = find_row(session, run);
    if (stands_still(row.status) || !session.wait(is_driven(session.journal(), row))) break;
    std::this_thread::sleep_for(kWaitPause);
  }
  return show_outcome(session, outcome_of(load_run(session, run)), Answer::print);
}

}  // namespace executus::cli
