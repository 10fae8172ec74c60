#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"

namespace executus::cli {
namespace {

Error not_to_be_retried(const RunId& run, const Reopening& reopening) {
  std::string status(to_string(reopening.status));
  if (reopening == Reopening::not_ended)
    return failed("cli.retry", "run " + run.str() + " has not ended (" + status +
                                   "), so there is nothing to retry; see `executus runs show " + run.str() + "`");
  if (reopening == Reopening::ending_below) {
    auto below = reopening.below.front().str();
    return failed("cli.retry", "run " + run.str() + " cannot go on yet: its end cancels run " + below +
                                   " below it, which has not ended; end it with `executus recover " + below +
                                   "`, then retry");
  }
  return failed("cli.retry", "run " + run.str() + " ended as " + status +
                                 "; only runs that ended in error or timeout are retried. Start a new one");
}

boost::json::object retry_json(const RunId& run, const Reopening& reopening, bool dry_run) {
  boost::json::array below;
  for (const auto& child : reopening.below) below.emplace_back(child.str());
  return {{"run_id", run.str()},
          {"requested", !dry_run},
          {"was", to_string(reopening.status)},
          {"error", reopening.error.empty() ? boost::json::value(nullptr) : boost::json::value(reopening.error)},
          {"below", std::move(below)}};
}

std::string retry_text(const RunId& run, const Reopening& reopening, bool dry_run) {
  std::string text = dry_run ? "would let " : "";
  text +=
      run.str() + (dry_run ? " go on" : " goes on") + ", which ended in " + std::string(to_string(reopening.status));
  if (!reopening.error.empty()) text += " (" + printable_line(reopening.error) + ")";
  for (const auto& child : reopening.below) text += "\n  and " + child.str() + " below it";
  return dry_run ? text + "\n" : text + ":\n  executus runs resume " + run.str() + "\n";
}

}  // namespace

Exit execute(CommandContext& context, const RunsRetry& options) {
  context.wants_runs();
  auto run = find_run(context, options.run);
  auto reopening = if_readable(
      run, "retried", [&] { return context.runs().retry(run, "", options.dry_run ? DryRun::yes : DryRun::no).get(); });
  if (reopening == Reopening::no_such_run) throw no_such_run(run);
  if (reopening != Reopening::accepted) throw not_to_be_retried(run, reopening);
  if (context.globals().json)
    context.print_json(retry_json(run, reopening, options.dry_run));
  else if (context.globals().quiet)
    context.print(run.str() + "\n");
  else
    context.print(retry_text(run, reopening, options.dry_run));
  return Exit::ok;
}

}  // namespace executus::cli
