#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/commands/saved/saved_versions.hpp"
#include "cli/context/confirm.hpp"

namespace executus::cli {

Exit execute(CommandContext& context, const AgentsRemove& options) {
  context.act_for(options.caller);
  auto one = own_row(context, options.noun, options.agent);
  auto what =
      one.name + " with its " + std::to_string(one.record.number) + (one.record.number == 1 ? " version" : " versions");
  if (!options.dry_run) {
    if (!confirm(context, "remove " + what + ", for good?", options.yes ? Consent::given : Consent::ask))
      return Exit::error;
    with_saved(context, kind_of(options.noun), [&](auto& store) { return store.remove(one.record.id); });
  }
  if (context.globals().json)
    context.print_json(
        boost::json::object{{"name", one.name}, {"versions", one.record.number}, {"removed", !options.dry_run}});
  else if (context.globals().quiet)
    context.print(one.name + "\n");
  else
    context.print((options.dry_run ? "would remove " : "removed ") + what + "\n");
  return Exit::ok;
}

}  // namespace executus::cli
