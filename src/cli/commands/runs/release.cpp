#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/lookup/run_ids.hpp"

namespace executus::cli {
namespace {

Error not_quarantined(const journal::RunRow& row) {
  return failed("cli.release", "run " + row.id.str() + " is not in quarantine (" + std::string(to_string(row.status)) +
                                   "), so there is nothing to release; see `executus runs show " + row.id.str() + "`");
}

}  // namespace

Exit execute(CommandContext& context, const RunsRelease& options) {
  context.wants_runs();
  auto row = find_row(context, find_run(context, options.run));
  auto said = context.runs().release(row.id, options.dry_run ? DryRun::yes : DryRun::no).get();
  if (said != Said::accepted) throw not_quarantined(find_row(context, row.id));
  if (context.globals().json)
    context.print_json(
        boost::json::object{{"run_id", row.id.str()}, {"requested", !options.dry_run}, {"reason", row.reason}});
  else if (context.globals().quiet)
    context.print(row.id.str() + "\n");
  else if (options.dry_run)
    context.print("would release " + row.id.str() + " (" + printable_line(row.reason) + ")\n");
  else
    context.print("released " + row.id.str() + ":\n  executus recover " + row.id.str() + "\n");
  return Exit::ok;
}

}  // namespace executus::cli
