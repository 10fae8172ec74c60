#include <boost/json.hpp>

#include <executus/journal/entry.hpp>

#include "cli/commands/commands.hpp"

namespace executus::cli {

Exit execute(Session& session, const Version&) {
  if (session.globals().json)
    session.print_json(boost::json::object{{"version", EXECUTUS_VERSION}, {"journal_format", journal::kFormat}});
  else
    session.print("executus " EXECUTUS_VERSION "\n");
  return Exit::ok;
}

}  // namespace executus::cli
