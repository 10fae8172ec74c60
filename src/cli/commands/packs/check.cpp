#include <optional>

#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/commands/packs/pack_report.hpp"

namespace executus::cli {
namespace {

std::vector<std::string> packs_to_check(CommandContext& context, const PacksCheck& options) {
  if (!options.packs.empty()) return options.packs;
  std::vector<std::string> names;
  for (const auto& subscription : context.runtime().pack_store().list()) names.push_back(subscription.name);
  return names;
}

std::string check_text(const skillpack::Checked& checked, bool dry_run) {
  const auto& [name, source, pinned, pending] = checked.subscription;
  if (!pending) return name + ": as it is pinned\n";
  return name + ": changes of " + printable_line(shown(source)) + (dry_run ? "" : " are pending") + " (" +
         content_text(*checked.pack, *pending) + ")\n" + changes_text(checked.changes) +
         (dry_run ? "" : "  executus packs apply " + name + "\n");
}

}  // namespace

// A source that is away keeps no other from being looked at.
Exit execute(CommandContext& context, const PacksCheck& options) {
  auto rehearsal = options.dry_run ? skillpack::Rehearsal::yes : skillpack::Rehearsal::no;
  boost::json::array list;
  bool all_well = true;
  for (const auto& name : packs_to_check(context, options)) {
    try {
      auto checked = context.runtime().packs().check(name, rehearsal);
      tell_problems(*checked.pack);
      list.push_back(pack_json(checked));
      if (!context.globals().json && (!context.globals().quiet || checked.subscription.pending))
        context.print(context.globals().quiet ? name + "\n" : check_text(checked, options.dry_run));
    } catch (const Error& error) {
      all_well = false;
      list.push_back(boost::json::object{{"name", name}, {"error", error.message()}, {"error_code", error.code()}});
      write_err(printable("executus: " + name + ": " + error.message()) + "\n");
    }
  }
  if (context.globals().json) context.print_json(list);
  if (!context.globals().json && !context.globals().quiet && list.empty())
    context.print("no packs; `executus packs subscribe SOURCE` brings one\n");
  return all_well ? Exit::ok : Exit::error;
}

}  // namespace executus::cli
