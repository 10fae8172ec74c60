#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"

namespace executus::cli {

Exit execute(CommandContext& context, const RunsDigest& options) {
  context.only_reads();
  auto outcome = outcome_of(load_run(context, find_run(context, options.run)));
  auto digest = digest_of(outcome);
  if (context.globals().json)
    context.print_json(boost::json::object{{"run_id", outcome.run_id.str()}, {"digest", digest}});
  else
    context.print(digest + "\n");
  return Exit::ok;
}

}  // namespace executus::cli
