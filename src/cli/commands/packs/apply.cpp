#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/commands/packs/pack_report.hpp"

namespace executus::cli {

Exit execute(CommandContext& context, const PacksApply& options) {
  auto rehearsal = options.dry_run ? skillpack::Rehearsal::yes : skillpack::Rehearsal::no;
  auto before = find_subscription(context.runtime().pack_store(), options.pack);
  auto checked = context.runtime().packs().apply(options.pack, rehearsal);
  bool moves = before.pending.has_value();
  if (context.globals().json) {
    auto object = pack_json(checked);
    object["applied"] = moves && !options.dry_run;
    context.print_json(object);
  } else if (context.globals().quiet) {
    context.print(options.pack + "\n");
  } else if (!moves) {
    context.print(options.pack + ": nothing is pending; `executus packs check " + options.pack +
                  "` looks at its source\n");
  } else {
    tell_problems(*checked.pack);
    context.print(options.pack + (options.dry_run ? " would have " : " has ") +
                  content_text(*checked.pack, *before.pending) + "\n" + changes_text(checked.changes));
  }
  return Exit::ok;
}

}  // namespace executus::cli
