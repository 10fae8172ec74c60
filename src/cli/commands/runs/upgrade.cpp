#include <algorithm>
#include <set>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/text.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/context/agent_lookup.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kValueWidth = 60;

// The inputs that the run was started with, for the prompt of the new definition.
json::object given_inputs(const StoredRun& run) {
  json::object given;
  const auto* inputs = run.checkpoint.admitted.invocation.if_contains("inputs");
  if (inputs && inputs->is_object())
    for (const auto& input : inputs->get_object())
      if (!input.value().is_null()) given[input.key()] = input.value();
  return given;
}

Agent new_definition(CommandContext& context, const RunsUpgrade& options, const StoredRun& run) {
  auto file = load_agent(context, options.agent);
  (void)apply_inputs(file, given_inputs(run)).value();
  return std::move(file.agent);
}

Error not_upgraded(const RunId& run, const Redefinition& redefinition) {
  auto refusal = [&](const std::string& why) { return failed("cli.upgrade", "run " + run.str() + " " + why); };
  switch (redefinition.what) {
    case Redefinition::ended:
      return refusal("has ended (" + std::string(to_string(redefinition.status)) +
                     "); let it go on first, with `executus runs retry " + run.str() + "`, or start a new one");
    case Redefinition::driven:
      return refusal("is driven by a living process, which has its definition; stop that process, or wait for the run");
    case Redefinition::answers_waiting:
      return refusal(
          "has an answer that was not taken in, to a question of its old definition; continue it first:\n  "
          "executus recover " +
          run.str());
    default:
      break;
  }
  std::string why = "cannot go on with this definition:";
  for (const auto& hindrance : redefinition.hindrances) why += "\n  " + hindrance;
  return refusal(why);
}

json::object upgrade_json(const RunId& run, const Redefinition& redefinition, bool requested) {
  json::array changes;
  for (const auto& [what, before, after] : redefinition.changes)
    changes.push_back(json::object{{"what", what}, {"before", before}, {"after", after}});
  return {{"run_id", run.str()}, {"requested", requested}, {"changes", std::move(changes)}};
}

// Of a list of objects with names: by name.
std::set<std::string> names_in(const json::value& list) {
  std::set<std::string> names;
  if (!list.is_array()) return names;
  for (const auto& each : list.get_array()) {
    const auto* name = each.is_object() ? each.get_object().if_contains("name") : nullptr;
    if (name && name->is_string()) names.emplace(name->get_string());
  }
  return names;
}

std::string short_value(const json::value& value) {
  return std::string(clip(value.is_string() ? std::string(value.get_string()) : write_json(value), kValueWidth));
}

std::string difference(const json::value& before, const json::value& after) {
  auto then = names_in(before), now = names_in(after);
  std::string text;
  for (const auto& name : now)
    if (!then.contains(name)) text += "+" + name + " ";
  for (const auto& name : then)
    if (!now.contains(name)) text += "-" + name + " ";
  if (!text.empty()) return text;
  if (!then.empty() && !now.empty()) return "changed";
  auto short_before = short_value(before), short_after = short_value(after);
  return short_before == short_after ? "changed, further back than fits here" : short_before + " -> " + short_after;
}

std::string changes_text(const Redefinition& redefinition) {
  std::string text;
  for (const auto& [what, before, after] : redefinition.changes)
    text += "  " + what + ": " + printable_line(difference(before, after)) + "\n";
  return text;
}

std::string upgrade_text(const RunId& run, const Redefinition& redefinition, bool dry_run) {
  if (redefinition == Redefinition::same) return run.str() + " has this definition already\n";
  auto changes = changes_text(redefinition);
  if (dry_run) return "would upgrade " + run.str() + ":\n" + changes;
  return "upgraded " + run.str() + ":\n" + changes + "it goes on with:\n  executus runs resume " + run.str() + "\n";
}

}  // namespace

Exit execute(CommandContext& context, const RunsUpgrade& options) {
  context.wants_runs();
  auto stored = load_run(context, find_run(context, options.run), "upgraded");
  const auto& run = stored.row.id;
  auto agent = new_definition(context, options, stored);
  auto dry_run = options.dry_run ? DryRun::yes : DryRun::no;
  auto redefinition = context.runs().upgrade(run, std::move(agent), "", dry_run).get();
  if (redefinition == Redefinition::no_such_run) throw no_such_run(run);
  bool accepted = redefinition == Redefinition::accepted;
  if (!accepted && redefinition != Redefinition::same) throw not_upgraded(run, redefinition);
  if (context.globals().json)
    context.print_json(upgrade_json(run, redefinition, accepted && !options.dry_run));
  else if (context.globals().quiet)
    context.print(run.str() + "\n");
  else
    context.print(upgrade_text(run, redefinition, options.dry_run));
  return Exit::ok;
}

}  // namespace executus::cli
