#include <algorithm>
#include <set>

#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/commands/packs/pack_report.hpp"
#include "cli/context/agent_lookup.hpp"
#include "cli/context/confirm.hpp"
#include "cli/context/saved_lookup.hpp"

namespace executus::cli {
namespace {

// What agents may call the pack or its skills. A content that cannot be loaded has none by name.
std::set<std::string> names_in(CommandContext& context, const std::string& pack) {
  std::set<std::string> names{pack};
  try {
    auto loaded = context.runtime().packs().load(pack);
    for (const auto& skill : loaded->skills) names.insert(skill.manifest.name);
  } catch (const Error& error) {
    context.warn(error.message());
  }
  return names;
}

// Agents of files, and saved ones that the caller sees.
std::vector<std::string> users_of(CommandContext& context, const std::string& pack) {
  auto names = names_in(context, pack);
  auto uses = [&](const Agent& agent) {
    return std::ranges::any_of(
        agent.skill_packs, [&](const auto& named) { return names.contains(named) || named.starts_with(pack + "/"); });
  };
  std::vector<std::string> users;
  for (const auto& file : agent_library(context).read_agents().files)
    if (uses(file.agent)) users.push_back(file.agent.name);
  for (const auto& row : list_saved(context, DelegateKind::agent)) {
    if (!row.value.ok()) context.warn("whether it uses the pack is not known: " + row.value.error().message());
    if (row.value.ok() && uses(row.value->definition.agent)) users.push_back(row.value->said());
  }
  return users;
}

std::string users_text(const std::vector<std::string>& users) {
  std::string text;
  for (const auto& user : users) text += "  used by " + printable_line(user) + "\n";
  return text;
}

}  // namespace

Exit execute(CommandContext& context, const PacksRemove& options) {
  (void)context.runtime().packs().unsubscribe(options.pack, skillpack::Rehearsal::yes);
  auto users = users_of(context, options.pack);
  if (!options.dry_run) {
    auto question = users_text(users) + "remove the pack " + options.pack + "?";
    if (!confirm(context, question, options.yes ? Consent::given : Consent::ask)) return Exit::error;
    (void)context.runtime().packs().unsubscribe(options.pack);
  }
  if (context.globals().json)
    context.print_json(boost::json::object{{"name", options.pack},
                                           {"used_by", boost::json::array(users.begin(), users.end())},
                                           {"removed", !options.dry_run}});
  else if (context.globals().quiet)
    context.print(options.pack + "\n");
  else
    context.print((options.dry_run ? "would remove " : "removed ") + options.pack + "\n" + users_text(users));
  return Exit::ok;
}

}  // namespace executus::cli
