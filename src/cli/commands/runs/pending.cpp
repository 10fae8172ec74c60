#include <set>

#include <boost/json.hpp>

#include <executus/tool/ask_user.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/lookup/all_rows.hpp"
#include "cli/lookup/open_questions.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kArgumentsWidth = 120;
constexpr std::size_t kMostLookedAt = 1'000;  // for what they lack: that takes a read of each

json::object call_json(const OpenCall& call) {
  json::object object{{"call_id", call.call_id}, {"tool", call.tool}, {"arguments", call.arguments}};
  if (!call.reason.empty()) object["reason"] = call.reason;
  return object;
}

json::object pending_json(const Stuck& run, const journal::RunRow& row) {
  json::array calls, commands;
  for (const auto* open : {&run.calls, &run.approvals})
    for (const auto& call : *open) calls.push_back(call_json(call));
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
          {"signals", json::array(run.signals.begin(), run.signals.end())},
          {"due", run.due ? json::value(rfc3339(*run.due)) : json::value(nullptr)},
          {"commands", std::move(commands)}};
}

std::string pending_text(const Stuck& run, const journal::RunRow& row) {
  std::string text = run.run + "  " + printable_line(row.agent) + "  " + std::string(to_string(run.status)) + " (" +
                     printable_line(run.reason) + ")\n";
  for (const auto& call : run.calls)
    text += "  did this happen?  " + printable_line(call.tool) + " " + printable_line(call.arguments, kArgumentsWidth) +
            "  [" + printable_line(call.call_id) + "]\n";
  for (const auto& call : run.approvals) {
    text += (call.tool == tool::kAskUser ? "  answer wanted:     " : "  may this happen?  ") +
            printable_line(call.tool) + " " + printable_line(call.arguments, kArgumentsWidth) + "  [" +
            printable_line(call.call_id) + "]\n";
    if (!call.reason.empty()) text += "    " + printable_line(call.reason) + "\n";
  }
  for (const auto& line : explanations(run)) text += "  " + printable_line(line) + "\n";
  for (const auto& command : next_commands(run)) text += "    " + printable_line(command) + "\n";
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

bool asks(const Stuck& run) {
  bool is_asked = !run.calls.empty() || !run.approvals.empty() || !run.below.empty();
  return is_asked && run.given_up.empty();
}

// Whether a recovery here would leave the run alone for what this process lacks.
bool lacks_something(CommandContext& context, const journal::RunRow& row) {
  try {
    return !context.runs().missing(row.id).get().empty();
  } catch (const Error&) {
    return false;  // a recovery says what is wrong with it
  }
}

// For people: what goes on without an answer, once it is taken up. `asking`: the runs that have an open question.
void name_due(CommandContext& context, const std::set<RunId>& asking) {
  auto rows = context.runs().recoverable().get();
  bool is_cut = rows.size() == kMostRecoverable;
  std::erase_if(rows, [&](const auto& row) { return asking.contains(row.id); });
  auto without_answer = rows.size();
  if (without_answer <= kMostLookedAt)
    std::erase_if(rows, [&](const auto& row) { return lacks_something(context, row); });
  auto due = rows.size(), lacking = without_answer - due;
  if (due > 0)
    write_err("executus: " + std::to_string(due) + (is_cut ? " or more" : "") +
              (due == 1 ? " run needs" : " runs need") + " no answer to go on, only\n  executus recover\n");
  if (lacking > 0)
    write_err("executus: " + std::to_string(lacking) + (lacking == 1 ? " run lacks" : " runs lack") +
              " something here to go on; `executus recover` says what\n");
}

}  // namespace

Exit execute(CommandContext& context, const RunsPending&) {
  context.only_reads();
  json::array list;
  std::string text;
  std::set<RunId> asking;
  for (const auto& row : waiting_rows(context)) {
    auto run = open_questions(context, row);
    if (asks(run)) asking.insert(row.id);
    if (context.globals().json)
      list.push_back(pending_json(run, row));
    else
      text += context.globals().quiet ? row.id.str() + "\n" : pending_text(run, row);
  }
  if (context.globals().json)
    context.print_json(list);
  else
    context.print(text.empty() && !context.globals().quiet ? "nothing waits\n" : text);
  if (!context.globals().json && !context.globals().quiet) name_due(context, asking);
  return Exit::ok;
}

}  // namespace executus::cli
