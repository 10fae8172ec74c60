#include <boost/json.hpp>

#include "cli/commands/commands.hpp"
#include "cli/session/run_ids.hpp"
#include "cli/session/run_state.hpp"

namespace executus::cli {

Exit execute(Session& session, const RunsDigest& options) {
  session.only_reads();
  auto outcome = outcome_of(load_run(session, find_run(session, options.run)));
  auto digest = digest_of(outcome);
  if (session.globals().json)
    session.print_json(boost::json::object{{"run_id", outcome.run_id.str()}, {"digest", digest}});
  else
    session.print(digest + "\n");
  return Exit::ok;
}

}  // namespace executus::cli
