#include <thread>

#include <executus/run/standing.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/drive/show_outcome.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"

namespace executus::cli {
namespace {

constexpr Milliseconds kWaitPause{250};

}  // namespace

// A run that no living process drives does not end by waiting for it: exit code 130, and the next step.
Exit execute(CommandContext& context, const RunsWait& options) {
  context.only_reads();
  auto run = find_run(context, options.run);
  for (;;) {
    auto row = find_row(context, run);
    bool rests = is_terminal(row.status) || stands_still(row.status);
    if (rests || !is_driven(context, row)) break;
    std::this_thread::sleep_for(kWaitPause);
  }
  return show_outcome(context, outcome_of(load_run(context, run)), Answer::print);
}

}  // namespace executus::cli
