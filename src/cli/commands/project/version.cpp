#include <boost/json.hpp>

#include <executus/journal/entry.hpp>

#include "cli/commands/command_table.hpp"

namespace executus::cli {

Exit execute(CommandContext& context, const Version&) {
  if (context.globals().json)
    context.print_json(boost::json::object{{"version", EXECUTUS_VERSION}, {"journal_format", journal::kFormat}});
  else
    context.print("executus " EXECUTUS_VERSION "\n");
  return Exit::ok;
}

}  // namespace executus::cli
