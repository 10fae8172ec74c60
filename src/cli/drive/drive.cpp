#include "cli/drive/drive.hpp"

#include "cli/drive/show_outcome.hpp"
#include "cli/drive/signals.hpp"
#include "cli/lookup/run_state.hpp"
#include "cli/output/progress.hpp"

namespace executus::cli {

namespace {

// A run that was left here may have been taken over by another worker: how it stands there is the truth.
RunOutcome as_it_stands(CommandContext& context, RunOutcome outcome) {
  if (outcome.status != RunStatus::running || !context.has_store()) return outcome;
  try {
    auto row = context.runs().row(outcome.run_id).get();
    if (row && row->status != RunStatus::running && row->status != RunStatus::queued)
      return outcome_of(load_run(context, outcome.run_id));
  } catch (const Error& error) {
    if (!error.code().starts_with("store.")) throw;
  }
  return outcome;  // as far as this process knows
}

}  // namespace

Exit drive_and_show(CommandContext& context, const std::function<RunOutcome()>& drive) {
  const auto& globals = context.globals();
  bool live = context.terminal().out_is_terminal && !globals.json && !globals.quiet;
  auto progress = std::make_shared<Progress>(context.terminal());
  if (live) context.observe(progress);
  SignalWatch signals([&context] {
    write_err("\nexecutus: stopping at the next boundary; once more ends at once\n");
    context.shut_down();
  });
  auto outcome = as_it_stands(context, drive());
  progress->finish_line();
  bool shown = live && progress->has_shown(outcome.output);
  return show_outcome(context, outcome, shown ? Answer::shown_already : Answer::print, Origin::driven_here);
}

}  // namespace executus::cli
