#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/commands/saved/saved_versions.hpp"
#include "cli/context/confirm.hpp"

namespace executus::cli {
namespace {

// Saves `old` over `now`, when that is still the newest. Returns the version it became.
int save_again(CommandContext& context, Noun noun, const SavedOne& old, const SavedOne& now) {
  return with_saved(context, kind_of(noun), [&](auto& store) {
    auto value = store.version(old.record.version);
    if (!value) throw failed("saved.unknown", "'" + printable_line(now.name()) + "' was removed meanwhile");
    value->record = now.record;
    return store.update(std::move(*value)).record.number;
  });
}

void show(CommandContext& context, const SavedOne& now, int to, int version, const std::string& changes,
          bool rehearse) {
  bool saved = !rehearse && version != now.record.number;
  if (context.globals().json)
    return context.print_json(boost::json::object{{"name", now.name()},
                                                  {"from", now.record.number},
                                                  {"to", to},
                                                  {"version", version},
                                                  {"saved", saved},
                                                  {"diff", changes}});
  if (context.globals().quiet) return context.print(now.name() + "\n");
  if (rehearse) return context.print(changes.empty() ? now.name() + ": nothing would change\n" : printable(changes));
  context.print(saved ? now.name() + ": version " + std::to_string(to) + " again, as version " +
                            std::to_string(version) + "\n"
                      : now.name() + ": is as in version " + std::to_string(to) + " already\n");
}

}  // namespace

Exit execute(CommandContext& context, const AgentsRollback& options) {
  context.act_for(options.caller);
  auto now = own_saved(context, options.noun, options.agent);
  auto versions = versions_of(context, options.noun, now);
  const auto& old = numbered(versions, options.version);
  auto changes = difference(now, old);
  refuse_unpermitted(context, old.definition);
  int version = now.record.number;
  if (!options.dry_run) {
    auto question = "save version " + std::to_string(options.version) + " of " + now.name() + " as the newest?";
    if (!confirm(context, question, options.yes ? Consent::given : Consent::ask)) return Exit::error;
    version = save_again(context, options.noun, old, now);
  }
  show(context, now, options.version, version, changes, options.dry_run);
  return Exit::ok;
}

}  // namespace executus::cli
