#include "cli/commands/commands.hpp"
#include "cli/session/drive.hpp"
#include "cli/session/run_ids.hpp"
#include "cli/session/run_state.hpp"
#include "cli/session/show_outcome.hpp"
#include "run/open/cancelled_above.hpp"
#include "run/recovery/claimed.hpp"

namespace executus::cli {
namespace {

void require_what_it_needs(Session& session, const StoredRun& state) {
  auto missing = session.runtime().executor().missing_for(state.agent);
  if (missing.empty()) return;
  std::string lines;
  for (const auto& what : missing) lines += "\n  " + what;
  throw failed("cli.resume", "run " + state.row.id.str() + " cannot be resumed here; this needs fixing first:" + lines);
}

journal::RunRow claim(Session& session, const RunId& run) {
  auto row = find_row(session, run);
  if (row.status == RunStatus::quarantined) {
    (void)session.wait(session.journal().lift_quarantine(run));
    row = find_row(session, run);
  }
  auto claimed = session.wait(session.journal().claim(run, row.epoch));
  if (!claimed)
    throw failed("cli.resume", "run " + run.str() + " is being driven by a living worker (" + row.worker +
                                   "); watch it with `executus runs events -f " + run.str() +
                                   "`, or take it over with `executus recover " + run.str() +
                                   "` when that worker is stopped");
  return std::move(*claimed);
}

}  // namespace

Exit execute(Session& session, const RunsResume& options) {
  session.wants_runs();
  session.use(options.cassette);
  auto begin = [&]() -> Task<RunOutcome> {
    auto state = load_run(session, find_run(session, options.run));
    if (is_terminal(state.row.status))
      throw failed("cli.resume", "run " + state.row.id.str() + " has ended already (" +
                                     std::string(to_string(state.row.status)) + "); see `executus runs show " +
                                     state.row.id.str() + "`");
    require_what_it_needs(session, state);
    auto claimed = claim(session, state.row.id);
    auto tell = [&] { return run::take_over_cancel(session.journal(), claimed); };
    session.wait(run::or_release(session.journal(), claimed, tell));
    return session.runtime().executor().resume(std::move(claimed));
  };
  return drive_and_show(session, begin);
}

}  // namespace executus::cli
