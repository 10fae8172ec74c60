#include <algorithm>
#include <iterator>

#include <boost/json.hpp>

#include "base/duration.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/context/agent_lookup.hpp"
#include "cli/context/confirm.hpp"
#include "cli/input/size.hpp"
#include "cli/output/ids_json.hpp"
#include "runtime/retention_rules.hpp"

namespace executus::cli {
namespace {

PruneOptions prune_options(const RunsPrune& options) {
  PruneOptions wanted;
  int ways = (options.older_than.empty() ? 0 : 1) + (options.max_size.empty() ? 0 : 1) + (options.keep_last ? 1 : 0);
  if (ways > 1) throw failed("cli.usage", "say which runs go: one of --older-than, --keep-last and --max-size");
  if (!options.older_than.empty()) {
    auto age = parse_duration(options.older_than);
    if (!age.ok()) throw failed("cli.usage", "--older-than: " + age.error().message());
    wanted.ended_before = system_clock().wall() - *age;
  }
  if (!options.max_size.empty()) {
    wanted.max_size = parse_size(options.max_size);
    if (!wanted.max_size)
      throw failed("cli.usage", "--max-size '" + options.max_size + "': expected a size such as 500M or 2G");
  }
  wanted.keep_last = options.keep_last;
  wanted.agent = options.agent;
  wanted.dry_run = options.dry_run ? DryRun::yes : DryRun::no;
  return wanted;
}

std::string pruned_text(const Pruned& pruned, bool dry_run) {
  auto runs = [](std::size_t count) { return std::to_string(count) + (count == 1 ? " run" : " runs"); };
  std::string text = (dry_run ? "would erase " : "erased ") + runs(pruned.erased.size());
  if (!dry_run)
    text += ": " + std::to_string(pruned.size_before) + " bytes before, " + std::to_string(pruned.size_after) + " now";
  text += "\n";
  if (!pruned.kept.empty()) text += "kept " + runs(pruned.kept.size()) + " that others need\n";
  return text;
}

void show(CommandContext& context, const Pruned& pruned, bool dry_run) {
  if (context.globals().json)
    return context.print_json(
        boost::json::object{{"erased", dry_run ? boost::json::array() : ids_json(pruned.erased)},
                            {"would_erase", dry_run ? ids_json(pruned.erased) : boost::json::array()},
                            {"kept", ids_json(pruned.kept)},
                            {"bytes_before", pruned.size_before},
                            {"bytes", pruned.size_after}});
  if (!context.globals().quiet) return context.print(pruned_text(pruned, dry_run));
  std::string ids;
  for (const auto& id : pruned.erased) ids += id.str() + "\n";
  context.print(ids);
}

bool goes_by_retention(const PruneOptions& wanted) {
  return !wanted.ended_before && !wanted.keep_last && !wanted.max_size;
}

// What the agents say themselves: those of files, then saved ones.
std::vector<KeepRuns> rules_for(CommandContext& context, const std::string& agent) {
  auto rules = retention_of(agent_library(context).read_agents());
  if (context.database_is_there())
    for (const auto& unreadable : add_saved(rules, context.runtime().saved_agents()))
      context.warn("runs of a saved agent are not erased: " + unreadable.message());
  std::erase_if(rules, [&](const KeepRuns& rule) { return !rule.keep || (!agent.empty() && rule.agent != agent); });
  if (rules.empty())
    throw failed("cli.usage",
                 "no agent says by 'retention' how long its runs are kept, so say which runs go: one of --older-than, "
                 "--keep-last and --max-size");
  return rules;
}

Pruned prune_by(CommandContext& context, const std::vector<KeepRuns>& rules, PruneOptions wanted) {
  Pruned all;
  for (const auto& rule : rules) {
    wanted.agent = rule.agent;
    wanted.ended_before = system_clock().wall() - *rule.keep;
    auto pruned = context.runs().prune(wanted).get();
    if (&rule == &rules.front()) all.size_before = pruned.size_before;
    all.size_after = pruned.size_after;
    std::ranges::move(pruned.erased, std::back_inserter(all.erased));
    std::ranges::move(pruned.kept, std::back_inserter(all.kept));
  }
  return all;
}

}  // namespace

Exit execute(CommandContext& context, const RunsPrune& options) {
  auto wanted = prune_options(options);
  auto rules = goes_by_retention(wanted) ? rules_for(context, options.agent) : std::vector<KeepRuns>();
  context.wants_runs();
  if (options.dry_run && wanted.max_size)
    throw failed("cli.usage",
                 "--max-size and --dry-run: which runs go is known only when the database has become smaller");
  bool go =
      options.dry_run || confirm(context, "erase these runs for good?", options.yes ? Consent::given : Consent::ask);
  if (!go) return Exit::error;
  auto pruned = rules.empty() ? context.runs().prune(std::move(wanted)).get() : prune_by(context, rules, wanted);
  show(context, pruned, options.dry_run);
  return Exit::ok;
}

}  // namespace executus::cli
