#include <thread>

#include "cli/commands.hpp"
#include "cli/run_ids.hpp"
#include "cli/run_state.hpp"
#include "cli/show_outcome.hpp"

namespace executus::cli {
namespace {

constexpr Milliseconds kWaitPause{250};

bool stands_still(RunStatus status) {
  return is_terminal(status) || status == RunStatus::waiting || status == RunStatus::quarantined;
}

}  // namespace

Exit execute(Session& session, const RunsWait& options) {
  auto run = find_run(session, options.run);
  while (!stands_still(find_row(session, run).status)) std::this_thread::sleep_for(kWaitPause);
  return show_outcome(session, outcome_of(load_run(session, run)), Answer::print);
}

}  // namespace executus::cli
