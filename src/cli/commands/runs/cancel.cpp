#include <thread>

#include <boost/json.hpp>

#include <executus/run/run_tree.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/context/confirm.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"

namespace executus::cli {
namespace {

// How long a living owner is given to notice; it looks at its inbox about once a second.
constexpr int kOwnerTries = 50;
constexpr Milliseconds kOwnerPause{100};

RunStatus status_after_waiting(CommandContext& context, const RunId& run) {
  for (int tries = 0;; ++tries) {
    auto status = find_row(context, run).status;
    if (is_terminal(status) || tries == kOwnerTries) return status;
    std::this_thread::sleep_for(kOwnerPause);
  }
}

// The runs below one that has ended are told to end with it: those that no other process drives do so here.
std::vector<RunOutcome> end_below(CommandContext& context, const RunId& run, RunStatus status) {
  if (!is_terminal(status) || status == RunStatus::ok) return {};
  RecoverOptions below;
  below.ids = {run};
  std::vector<RunOutcome> outcomes;
  for (auto& each : context.recover(below)) outcomes.push_back(std::move(each.outcome));
  return outcomes;
}

boost::json::array below_json(const std::vector<RunOutcome>& below) {
  boost::json::array list;
  for (const auto& each : below)
    list.push_back(
        boost::json::object{{"run_id", each.run_id.str()}, {"agent", each.agent}, {"status", to_string(each.status)}});
  return list;
}

std::string below_text(const std::vector<RunOutcome>& below) {
  std::string text;
  for (const auto& each : below)
    text += "  and below it " + each.run_id.str() + "  " + printable_line(each.agent) + "  " +
            std::string(to_string(each.status)) + "\n";
  return text;
}

Exit show_plan(CommandContext& context, const Family& family) {
  const auto& run = family.root.row.id;
  std::vector<RunOutcome> below;
  for (const auto& row : runs_that_end_with(family.root)) below.push_back(outcome_of(row));
  if (context.globals().json)
    context.print_json(boost::json::object{{"run_id", run.str()}, {"requested", false}, {"below", below_json(below)}});
  else if (context.globals().quiet)
    context.print(run.str() + "\n");
  else
    context.print("would cancel " + run.str() + "\n" + below_text(below));
  if (family.cut)
    write_err("executus: only the oldest " + std::to_string(kMostBelow) + " runs below " + run.str() +
              " were looked at; the others end with it too\n");
  return Exit::ok;
}

std::string question_about(const Family& family) {
  const auto& row = family.root.row;
  auto question = "cancel run " + row.id.str() + " of agent " + printable_line(row.agent);
  auto below = runs_that_end_with(family.root).size();
  auto count = std::to_string(below) + (family.cut ? " or more" : "");
  if (below == 0 && !family.cut) return question + "?";
  return question + ", and the " + (below == 1 && !family.cut ? "run" : count + " runs") + " below it with it?";
}

Exit show_cancelled(CommandContext& context, const RunId& run, RunStatus status, const std::vector<RunOutcome>& below) {
  if (context.globals().json) {
    context.print_json(boost::json::object{
        {"run_id", run.str()}, {"status", to_string(status)}, {"requested", true}, {"below", below_json(below)}});
  } else if (context.globals().quiet) {
    context.print(run.str() + "\n");
  } else if (status == RunStatus::cancelled) {
    context.print("cancelled " + run.str() + "\n" + below_text(below));
  } else if (is_terminal(status)) {
    context.print("run " + run.str() + " ended with " + std::string(to_string(status)) +
                  " before it could be cancelled\n" + below_text(below));
  } else {
    context.print("the cancellation of " + run.str() +
                  " is stored and takes effect when its worker looks, or with the next\n  executus recover " +
                  run.str() + "\n");
  }
  return Exit::ok;
}

}  // namespace

Exit execute(CommandContext& context, const RunsCancel& options) {
  context.wants_runs();
  auto row = find_row(context, find_run(context, options.run));
  if (is_terminal(row.status))
    throw failed("cli.cancel",
                 "run " + row.id.str() + " has ended already (" + std::string(to_string(row.status)) + ")");
  (void)load_run(context, row.id, "cancelled");  // a run that cannot be read is not taken up, and hears no command
  auto family = context.runs().tree(row.id).get();
  if (options.dry_run) return show_plan(context, family);
  auto question = question_about(family);
  if (!confirm(context, question, options.yes ? Consent::given : Consent::ask)) return Exit::error;
  auto below = context.runs().cancel_and_end(row.id, options.reason).get().runs;
  if (below.empty()) {  // its worker ends it
    auto status = status_after_waiting(context, row.id);
    return show_cancelled(context, row.id, status, end_below(context, row.id, status));
  }
  below.erase(below.begin());  // the run itself
  return show_cancelled(context, row.id, find_row(context, row.id).status, below);
}

}  // namespace executus::cli
