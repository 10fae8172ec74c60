#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/commands/packs/pack_report.hpp"

namespace executus::cli {
namespace {

skillpack::TreeChanges pending_changes(CommandContext& context, const skillpack::Checked& checked) {
  const auto& [name, source, pinned, pending] = checked.subscription;
  if (!pending) return {};
  return changes_between(checked.pack->tree, load_pack(context.runtime().pack_store(), name, *pending)->tree);
}

std::string show_text(const skillpack::Checked& checked) {
  const auto& [name, source, pinned, pending] = checked.subscription;
  auto text = name + ": " + content_text(*checked.pack, pinned) + "\nfrom " + printable_line(shown(source)) +
              ", fetched " + rfc3339(pinned.at) + "\n" + skills_text(*checked.pack);
  if (!pending) return text;
  return text + "pending, content " + pending->digest.substr(0, 12) + ":\n" + changes_text(checked.changes) +
         "  executus packs apply " + name + "\n";
}

}  // namespace

Exit execute(CommandContext& context, const PacksShow& options) {
  auto& store = context.runtime().pack_store();
  skillpack::Checked checked{find_subscription(store, options.pack), nullptr, {}};
  checked.pack = load_pack(store, options.pack, checked.subscription.pinned);
  checked.changes = pending_changes(context, checked);
  tell_problems(*checked.pack);
  if (context.globals().json)
    context.print_json(pack_json(checked));
  else if (context.globals().quiet)
    context.print(options.pack + "\n");
  else
    context.print(show_text(checked));
  return Exit::ok;
}

}  // namespace executus::cli
