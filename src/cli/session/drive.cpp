#include "cli/session/drive.hpp"

#include "cli/output/progress.hpp"
#include "cli/session/run_state.hpp"
#include "cli/session/show_outcome.hpp"
#include "cli/session/signals.hpp"

namespace executus::cli {

namespace {

// A run that was left here may have been taken over by another worker: how it stands there is the truth.
RunOutcome as_it_stands(Session& session, RunOutcome outcome) {
  if (outcome.status != RunStatus::running || !session.has_store()) return outcome;
  try {
    auto row = session.wait(session.journal().find(outcome.run_id));
    if (row && row->status != RunStatus::running && row->status != RunStatus::queued)
      return outcome_of(load_run(session, outcome.run_id));
  } catch (const Error& error) {
    if (!error.code().starts_with("store.")) throw;
  }
  return outcome;  // as far as this process knows
}

}  // namespace

Exit drive_and_show(Session& session, const std::function<Task<RunOutcome>()>& begin) {
  const auto& globals = session.globals();
  bool live = session.terminal().out_is_terminal && !globals.json && !globals.quiet;
  auto progress = std::make_shared<Progress>(session.terminal());
  if (live) session.observe(progress);
  SignalWatch signals([&session] {
    write_err("\nexecutus: stopping at the next boundary; once more ends at once\n");
    session.shut_down();
  });
  auto outcome = as_it_stands(session, session.drive(begin()));
  progress->finish_line();
  bool shown = live && progress->has_shown(outcome.output);
  return show_outcome(session, outcome, shown ? Answer::shown_already : Answer::print);
}

}  // namespace executus::cli
