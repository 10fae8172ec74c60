#include "cli/commands/command_table.hpp"
#include "cli/drive/drive.hpp"
#include "cli/drive/show_outcome.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"

namespace executus::cli {
namespace {

Error ended_before(const RunOutcome& outcome) {
  const auto& id = outcome.run_id.str();
  return failed("cli.resume", "run " + id + " has ended already (" + std::string(to_string(outcome.status)) +
                                  "); see `executus runs show " + id + "`");
}

Error lacking(const RunId& run, const std::vector<std::string>& missing) {
  std::string lines;
  for (const auto& what : missing) lines += "\n  " + what;
  return failed("cli.resume", "run " + run.str() + " cannot be resumed here; this needs fixing first:" + lines);
}

Error driven_elsewhere(const RunId& run, const std::string& worker) {
  return failed("cli.resume", "run " + run.str() + " is being driven by a living worker (" + worker +
                                  "); watch it with `executus runs events -f " + run.str() +
                                  "`, or take it over with `executus recover " + run.str() +
                                  "` when that worker is stopped");
}

Error no_place(const RunId& run, const journal::QueueLimit& limit) {
  return failed("cli.resume", "run " + run.str() + " waits for its turn: " + describe(limit) +
                                  "; a worker takes it up then. See `executus queue list`, or raise the limit with "
                                  "`executus queue limit`");
}

RunOutcome resume(CommandContext& context, const RunId& run) {
  auto resumed = if_readable(run, "read", [&] { return context.runs().resume(run).get(); });
  switch (resumed.what) {
    case Resumed::driven:
      break;
    case Resumed::ended:
      throw ended_before(resumed.outcome);
    case Resumed::lacking:
      throw lacking(run, resumed.missing);
    case Resumed::driven_elsewhere:
      throw driven_elsewhere(run, resumed.worker);
    case Resumed::no_place:
      throw no_place(run, resumed.limit.value());
    case Resumed::no_such_run:
      throw no_such_run(run);
  }
  return std::move(resumed.outcome);
}

}  // namespace

Exit execute(CommandContext& context, const RunsResume& options) {
  context.wants_runs();
  context.use(options.cassette);
  return drive_and_show(context, [&] { return resume(context, find_run(context, options.run)); });
}

}  // namespace executus::cli
