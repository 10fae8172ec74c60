#include <boost/json.hpp>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/next_steps.hpp"
#include "cli/run_state.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kArgumentsWidth = 120;

Stuck stuck_run(Session& session, const journal::RunRow& row) {
  Stuck stuck{row.id.str(), row.status, row.reason, {}};
  auto state = load_if_readable(session, row.id);
  if (!state) return stuck;
  for (const auto& call : in_doubt(*state)) stuck.calls.push_back({call.call.id, call.call.name, call.call.arguments});
  for (const auto& call : awaiting_approval(*state))
    stuck.approvals.push_back({call.call.id, call.call.name, call.call.arguments});
  return stuck;
}

json::object pending_json(const Stuck& run, const journal::RunRow& row) {
  json::array calls, commands;
  for (const auto* open : {&run.calls, &run.approvals})
    for (const auto& call : *open)
      calls.push_back(json::object{{"call_id", call.call_id}, {"tool", call.tool}, {"arguments", call.arguments}});
  for (const auto& command : next_commands(run)) commands.emplace_back(command);
  return {{"run_id", run.run},    {"agent", row.agent},        {"status", to_string(run.status)},
          {"reason", run.reason}, {"calls", std::move(calls)}, {"commands", std::move(commands)}};
}

std::string pending_text(const Stuck& run, const journal::RunRow& row) {
  std::string text = run.run + "  " + printable_line(row.agent) + "  " + std::string(to_string(run.status)) + " (" +
                     printable_line(run.reason) + ")\n";
  for (const auto& call : run.calls)
    text += "  did this happen?  " + printable_line(call.tool) + " " +
            std::string(clip(printable_line(call.arguments), kArgumentsWidth)) + "  [" + printable_line(call.call_id) +
            "]\n";
  for (const auto& call : run.approvals)
    text += "  may this happen?  " + printable_line(call.tool) + " " +
            std::string(clip(printable_line(call.arguments), kArgumentsWidth)) + "  [" + printable_line(call.call_id) +
            "]\n";
  for (const auto& command : next_commands(run)) text += "    " + command + "\n";
  return text;
}

}  // namespace

Exit execute(Session& session, const RunsPending&) {
  journal::RunFilter filter;
  filter.statuses = {RunStatus::waiting, RunStatus::quarantined};
  filter.limit = 1'000;
  json::array list;
  std::string text;
  for (const auto& row : session.wait(session.journal().list(std::move(filter)))) {
    auto run = stuck_run(session, row);
    if (session.globals().json)
      list.push_back(pending_json(run, row));
    else
      text += session.globals().quiet ? row.id.str() + "\n" : pending_text(run, row);
  }
  if (session.globals().json)
    session.print_json(list);
  else
    session.print(text.empty() && !session.globals().quiet ? "nothing waits\n" : text);
  return Exit::ok;
}

}  // namespace executus::cli
