#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/context/confirm.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"
#include "cli/output/ids_json.hpp"

namespace executus::cli {
namespace {

std::string id_lines(const std::vector<RunId>& ids) {
  std::string text;
  for (const auto& id : ids) text += "\n  " + id.str();
  return text;
}

Error refused(const RunId& run, const Erasure& erasure) {
  using enum journal::EraseVerdict;
  auto what = "run " + run.str() + " is not erased: ";
  if (erasure.verdict == not_ended)
    return failed("cli.erase",
                  what + "this has not ended:" + id_lines(erasure.because) + "\nend it first (`executus runs cancel`)");
  if (erasure.verdict == has_children)
    return failed("cli.erase",
                  what + "there are runs below it:" + id_lines(erasure.because) + "\n--tree erases them as well");
  return failed("cli.erase",
                what + "runs go on from its conversation:" + id_lines(erasure.because) + "\nerase those first");
}

Erasure erase_or_refuse(CommandContext& context, const RunId& run, const RunsErase& options, DryRun dry_run) {
  EraseOptions how{options.tree ? EraseOptions::Below::erase : EraseOptions::Below::refuse, dry_run};
  auto erasure = context.runs().erase(run, how).get();
  if (erasure.verdict == journal::EraseVerdict::no_such_run) throw no_such_run(run);
  if (erasure.verdict != journal::EraseVerdict::erased) throw refused(run, erasure);
  return erasure;
}

// An id that is no run's any more may be that of an erased one, whose erasing is to be finished.
RunId run_to_erase(CommandContext& context, const std::string& named) {
  auto whole = RunId::parse(named);
  if (!whole || context.runs().row(*whole).get()) return find_run(context, named);
  auto known = context.runs().erase(*whole, {EraseOptions::Below::refuse, DryRun::yes}).get();
  return known.verdict == journal::EraseVerdict::erased ? *whole : find_run(context, named);
}

std::string question(const RunId& run, const Erasure& planned) {
  auto more = planned.erased.size() - 1;
  return "erase " + run.str() + (more == 0 ? "" : " and " + std::to_string(more) + " below it") + ", for good?";
}

void show(CommandContext& context, const RunId& run, const Erasure& erasure, bool dry_run) {
  if (context.globals().json)
    return context.print_json(
        boost::json::object{{"run_id", run.str()},
                            {"erased", dry_run ? boost::json::array() : ids_json(erasure.erased)},
                            {"would_erase", dry_run ? ids_json(erasure.erased) : boost::json::array()},
                            {"copies_in", ids_json(erasure.forks)}});
  std::string text;
  for (const auto& id : erasure.erased)
    text += (context.globals().quiet ? "" : dry_run ? "would erase " : "erased ") + id.str() + "\n";
  if (!context.globals().quiet && !erasure.forks.empty())
    text += "forks hold copies of a part of it:" + id_lines(erasure.forks) + "\n";
  context.print(text);
}

}  // namespace

Exit execute(CommandContext& context, const RunsErase& options) {
  context.wants_runs();
  auto run = run_to_erase(context, options.run);
  if (options.dry_run || !options.yes) {
    auto planned = erase_or_refuse(context, run, options, DryRun::yes);
    if (options.dry_run) return show(context, run, planned, true), Exit::ok;
    if (!confirm(context, question(run, planned), Consent::ask)) return Exit::error;
  }
  show(context, run, erase_or_refuse(context, run, options, DryRun::no), false);
  return Exit::ok;
}

}  // namespace executus::cli
