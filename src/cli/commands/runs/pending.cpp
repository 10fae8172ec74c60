#include <boost/json.hpp>

#include "cli/commands/commands.hpp"
#include "cli/context/all_rows.hpp"
#include "cli/context/open_questions.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kArgumentsWidth = 120;
constexpr std::size_t kMostDue = 100'000;

json::object pending_json(const Stuck& run, const journal::RunRow& row) {
  json::array calls, commands;
  for (const auto* open : {&run.calls, &run.approvals})
    for (const auto& call : *open)
      calls.push_back(json::object{{"call_id", call.call_id}, {"tool", call.tool}, {"arguments", call.arguments}});
  for (const auto& command : next_commands(run)) commands.emplace_back(command);
  json::array below;
  for (const auto& child : run.below) below.emplace_back(child.run);
  return {{"run_id", run.run},
          {"agent", row.agent},
          {"status", to_string(run.status)},
          {"reason", run.reason},
          {"calls", std::move(calls)},
          {"answered", run.answered},
          {"cancelled", !run.given_up.empty()},
          {"waits_for", std::move(below)},
          {"due", run.due ? json::value(rfc3339(*run.due)) : json::value(nullptr)},
          {"commands", std::move(commands)}};
}

std::string pending_text(const Stuck& run, const journal::RunRow& row) {
  std::string text = run.run + "  " + printable_line(row.agent) + "  " + std::string(to_string(run.status)) + " (" +
                     printable_line(run.reason) + ")\n";
  for (const auto& call : run.calls)
    text += "  did this happen?  " + printable_line(call.tool) + " " + printable_line(call.arguments, kArgumentsWidth) +
            "  [" + printable_line(call.call_id) + "]\n";
  for (const auto& call : run.approvals)
    text += "  may this happen?  " + printable_line(call.tool) + " " + printable_line(call.arguments, kArgumentsWidth) +
            "  [" + printable_line(call.call_id) + "]\n";
  for (const auto& line : explanations(run)) text += "  " + printable_line(line) + "\n";
  for (const auto& command : next_commands(run)) text += "    " + command + "\n";
  return text;
}

// All of them: what waits for a person is not to be cut.
std::vector<journal::RunRow> waiting_rows(CommandContext& context) {
  journal::RunFilter filter;
  filter.statuses = {RunStatus::waiting, RunStatus::quarantined};
  std::vector<journal::RunRow> rows;
  for_each_row(context, std::move(filter), [&](journal::RunRow& row) { rows.push_back(std::move(row)); });
  return rows;
}

// What goes on without an answer, once it is taken up.
void name_due(CommandContext& context) {
  journal::RunFilter filter;
  filter.limit = kMostDue;
  auto due = context.wait(context.journal().claimable(std::move(filter))).size();
  if (due == 0) return;
  write_err("executus: " + std::to_string(due) + (due == kMostDue ? " or more" : "") +
            (due == 1 ? " run needs" : " runs need") + " no answer to go on, only\n  executus recover\n");
}

}  // namespace

Exit execute(CommandContext& context, const RunsPending&) {
  context.only_reads();
  json::array list;
  std::string text;
  for (const auto& row : waiting_rows(context)) {
    auto run = open_questions(context, row);
    if (context.globals().json)
      list.push_back(pending_json(run, row));
    else
      text += context.globals().quiet ? row.id.str() + "\n" : pending_text(run, row);
  }
  if (context.globals().json)
    context.print_json(list);
  else
    context.print(text.empty() && !context.globals().quiet ? "nothing waits\n" : text);
  name_due(context);
  return Exit::ok;
}

}  // namespace executus::cli
