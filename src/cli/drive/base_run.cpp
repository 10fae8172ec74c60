#include "cli/drive/base_run.hpp"

#include <utility>

#include <executus/run/held_runs.hpp>

#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"

namespace executus::cli {
namespace {

void say(CommandContext& context, const std::string& text) {
  if (!context.globals().quiet) write_err("executus: " + text + "\n");
}

Error not_here(const RunId& run, const std::vector<std::string>& missing) {
  std::string lines;
  for (const auto& what : missing) lines += "\n  " + printable(what);
  return failed("cli.continue",
                "run " + run.str() + " has not ended, and cannot be finished here; this needs fixing first:" + lines);
}

Error driven_elsewhere(const journal::RunRow& row) {
  auto id = row.id.str();
  return failed("cli.continue", "run " + id + " has not ended: worker " + printable_line(row.worker) +
                                    " drives it; `executus runs wait " + id +
                                    "` waits for its end, and `executus recover " + id +
                                    "` takes it up when that worker has stopped");
}

// As `executus recover RUN`, without waiting for a holder that gives no sign of life.
void finish(CommandContext& context, const RunId& run) {
  RecoverOptions wanted;
  wanted.ids = {run};
  for (const auto& each : context.recover(wanted))
    if (!each.missing.empty()) throw not_here(run, each.missing);
}

// Whether it goes on by itself in no process: then it is finished here.
bool is_left(CommandContext& context, const journal::RunRow& row) {
  if (is_terminal(row.status)) return false;
  if (is_driven(context, row)) throw driven_elsewhere(row);
  say(context,
      "run " + row.id.str() + " has not ended (" + std::string(to_string(row.status)) + "): it is finished first");
  return true;
}

}  // namespace

RunId earlier_continuation(CommandContext& context, const RunId& run, const RunId& except) {
  journal::RunFilter filter;
  filter.continues = run.str();
  filter.limit = 2;
  for (const auto& row : context.runs().list(std::move(filter)).get())
    if (row.id != except) return row.id;
  return {};
}

std::string continued_before(const RunId& run, const RunId& earlier) {
  return "run " + run.str() + " was continued before, by " + earlier.str() + "; this goes on from it another way";
}

BaseRun base_run(CommandContext& context, const std::string& named, const std::string& agent) {
  BaseRun base{find_run(context, named, agent)};
  auto row = find_row(context, base.run);
  if (is_left(context, row)) {
    finish(context, base.run);
    row = find_row(context, base.run);
    if (is_terminal(row.status)) base.finished = outcome_of(load_run(context, base.run, "continued"));
  }
  if (!is_terminal(row.status)) {
    if (is_driven(context, row)) throw driven_elsewhere(row);
    base.unfinished = outcome_of(load_run(context, base.run, "continued"));
    return base;
  }
  base.earlier = earlier_continuation(context, base.run);
  if (!base.earlier.empty()) say(context, continued_before(base.run, base.earlier));
  return base;
}

}  // namespace executus::cli
