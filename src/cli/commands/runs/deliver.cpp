#include <boost/json.hpp>

#include <executus/run/run_json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/output/terminal.hpp"

namespace executus::cli {
namespace {

using journal::OutgoingState;

Error not_refused(const RunId& run, const std::optional<journal::Outgoing>& outgoing) {
  auto why = [&]() -> std::string {
    if (!outgoing) return "has no end that is delivered";
    if (outgoing->state == OutgoingState::delivered) return "was delivered, and is not sent twice";
    return "is sent by itself, next at " + rfc3339(outgoing->due) + ": by a worker, or by `executus recover`";
  };
  return failed("cli.deliver", "run " + run.str() + " " + why());
}

}  // namespace

Exit execute(CommandContext& context, const RunsDeliver& options) {
  context.wants_runs();
  auto run = find_row(context, find_run(context, options.run)).id;
  bool is_open = context.runs().send_again(run).get();
  auto outgoing = context.wait(context.runtime().journal().outgoing_of(run));
  if (!is_open || !outgoing) throw not_refused(run, outgoing);
  if (context.globals().json)
    context.print_json(boost::json::object{{"run_id", run.str()}, {"delivery", executus::to_json(*outgoing)}});
  else if (context.globals().quiet)
    context.print(run.str() + "\n");
  else
    context.print(run.str() + " is sent again to " + printable_line(outgoing->target.kind + " " + outgoing->target.id) +
                  " by a worker, or by:\n  executus recover\n");
  return Exit::ok;
}

}  // namespace executus::cli
