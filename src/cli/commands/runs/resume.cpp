#include "cli/commands/command_table.hpp"
#include "cli/drive/drive.hpp"
#include "cli/drive/show_outcome.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"

namespace executus::cli {
namespace {

void require_what_it_needs(CommandContext& context, const StoredRun& state) {
  auto missing = context.runtime().executor().missing_for(state.agent);
  if (missing.empty()) return;
  std::string lines;
  for (const auto& what : missing) lines += "\n  " + what;
  throw failed("cli.resume", "run " + state.row.id.str() + " cannot be resumed here; this needs fixing first:" + lines);
}

journal::RunRow claim(CommandContext& context, const RunId& run) {
  auto row = find_row(context, run);
  auto claimed = context.wait(claim_to_drive(context.journal(), row));
  if (!claimed)
    throw failed("cli.resume", "run " + run.str() + " is being driven by a living worker (" + row.worker +
                                   "); watch it with `executus runs events -f " + run.str() +
                                   "`, or take it over with `executus recover " + run.str() +
                                   "` when that worker is stopped");
  return std::move(*claimed);
}

}  // namespace

Exit execute(CommandContext& context, const RunsResume& options) {
  context.wants_runs();
  context.use(options.cassette);
  auto begin = [&]() -> Task<RunOutcome> {
    auto state = load_run(context, find_run(context, options.run));
    if (is_terminal(state.row.status))
      throw failed("cli.resume", "run " + state.row.id.str() + " has ended already (" +
                                     std::string(to_string(state.row.status)) + "); see `executus runs show " +
                                     state.row.id.str() + "`");
    require_what_it_needs(context, state);
    return context.runtime().executor().resume(claim(context, state.row.id));
  };
  return drive_and_show(context, begin);
}

}  // namespace executus::cli
