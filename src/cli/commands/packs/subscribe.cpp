#include <utility>

#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/commands/packs/pack_report.hpp"

namespace executus::cli {

Exit execute(CommandContext& context, const PacksSubscribe& options) {
  auto source = skillpack::parse_source(options.source, options.ref, options.below).value();
  auto rehearsal = options.dry_run ? skillpack::Rehearsal::yes : skillpack::Rehearsal::no;
  auto checked = context.runtime().packs().subscribe(std::move(source), options.name, rehearsal);
  tell_problems(*checked.pack);
  const auto& name = checked.subscription.name;
  if (context.globals().json) {
    auto object = pack_json(checked);
    object["subscribed"] = !options.dry_run;
    context.print_json(object);
  } else if (context.globals().quiet) {
    context.print(name + "\n");
  } else {
    context.print((options.dry_run ? "would bring " : "brought ") + name + ": " +
                  content_text(*checked.pack, checked.subscription.pinned) + "\n" + skills_text(*checked.pack) +
                  (options.dry_run ? "" : "an agent has them with  skill_packs: [" + name + "]\n"));
  }
  return Exit::ok;
}

}  // namespace executus::cli
