#include <boost/json.hpp>

#include <executus/run/run_json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/lookup/open_questions.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"

namespace executus::cli {
namespace {

constexpr std::size_t kResultWidth = 200;

std::string field(std::string_view name, const std::string& value) {
  std::string line(name);
  line.resize(12, ' ');
  return value.empty() ? "" : line + printable(value) + "\n";
}

std::string delivery_text(const RunOutcome& outcome) {
  if (!outcome.outgoing) return "";
  const auto& outgoing = *outcome.outgoing;
  auto text = std::string(to_string(outgoing.state)) + ", " + outgoing.target.kind + " " + outgoing.target.id + ", " +
              std::to_string(outgoing.tries) + (outgoing.tries == 1 ? " try" : " tries");
  if (!outgoing.detail.empty()) text += ": " + outgoing.detail;
  return text;
}

// Nothing for a run that has asked no model.
std::string cost_of_run(const llm::CostSum& cost) {
  if (cost == llm::CostSum{}) return "";
  if (cost.unpriced == 0) return llm::to_string(cost.known);
  auto rest = std::to_string(cost.unpriced) + (cost.unpriced == 1 ? " call" : " calls") + " without a known price";
  return cost.known.count == 0 ? "unknown: " + rest : "more than " + llm::to_string(cost.known) + ": " + rest;
}

std::string head(const StoredRun& state, const RunOutcome& outcome, const std::string& standing) {
  // The row was read first: the run may have ended meanwhile.
  bool has_ended = is_terminal(outcome.status);
  auto status = has_ended ? std::string(to_string(outcome.status)) : standing;
  return field("run", outcome.run_id.str()) + field("agent", outcome.agent) + field("status", status) +
         field("reason", has_ended ? outcome.reason : "") + field("continues", outcome.continues) +
         field("error", outcome.error) + field("model", state.agent.model) + field("root", state.agent.root) +
         field("delivery", delivery_text(outcome)) + field("created", rfc3339(state.row.created)) +
         field("updated", rfc3339(state.row.updated)) +
         field("durability", std::string(to_string(state.row.durability))) + field("worker", state.row.worker) +
         field("forked from", state.row.forked_from) + field("steps", std::to_string(outcome.iterations)) +
         field("attempts", std::to_string(outcome.attempts)) +
         field("ended", state.row.ended_at ? rfc3339(*state.row.ended_at) : "") +
         field("cost", cost_of_run(state.row.cost)) +
         field("tokens", std::to_string(outcome.usage.input) + " in, " + std::to_string(outcome.usage.output) + " out");
}

std::string transcript_text(const RunOutcome& outcome) {
  std::string text;
  for (const auto& message : outcome.messages) {
    if (auto said = message.text(); !said.empty())
      text += "\n" + std::string(to_string(message.role)) + ": " + printable(said) + "\n";
    for (const auto& call : message.tool_calls)
      text += "  -> " + printable_line(call.name + " " + call.arguments) + "  [" + printable_line(call.id) + "]\n";
    for (const auto& result : message.tool_results)
      text +=
          std::string(result.is_error ? "  <- error: " : "  <- ") + printable_line(result.text, kResultWidth) + "\n";
  }
  return text;
}

std::string unheard_text(const RunOutcome& outcome) {
  std::string text;
  for (const auto& said : outcome.unheard) text += "  " + printable_line(said, kResultWidth) + "\n";
  return text.empty() ? "" : "\nsaid to it, and not heard:\n" + text;
}

// How a call without a result stands: in a run that has ended nothing is still to come.
std::string call_standing(llm::CallState state, bool has_ended) {
  if (!has_ended) return "is " + std::string(llm::to_string(state));
  bool may_have_happened = state == llm::CallState::in_doubt || state == llm::CallState::dispatched;
  return may_have_happened ? "may or may not have happened" : "was not made";
}

std::string unsettled_calls_text(const RunOutcome& outcome) {
  bool has_ended = is_terminal(outcome.status);
  std::string text;
  for (const auto& call : outcome.tool_calls)
    if (!llm::is_settled(call.state))
      text += "  " + printable_line(call.tool) + " [" + printable_line(call.call_id) + "] " +
              call_standing(call.state, has_ended) + "\n";
  if (text.empty()) return "";
  return (has_ended ? "\ncalls without a result:\n" : "\nopen calls:\n") + text;
}

}  // namespace

Exit execute(CommandContext& context, const RunsShow& options) {
  context.only_reads();
  auto state = load_run(context, find_run(context, options.run));
  auto outcome = outcome_of(state);
  if (context.globals().json) {
    auto object = to_json(outcome, Messages::included);
    auto books = books_json(state.row);
    object.insert(books.begin(), books.end());
    if (!state.row.forked_from.empty()) object["forked_from"] = state.row.forked_from;
    context.print_json(object);
    return Exit::ok;
  }
  if (context.globals().quiet) {
    context.print(outcome.run_id.str() + "\n");
    return Exit::ok;
  }
  std::string next;
  auto now = context.runs().state(state.row).get();
  auto left = stuck_run(now);
  for (const auto& why : explanations(left)) next += "  " + printable_line(why) + "\n";
  for (const auto& command : next_commands(left)) next += "  " + printable_line(command) + "\n";
  if (!next.empty()) next = "\nnext:\n" + next;
  context.print(head(state, outcome, now.standing) + transcript_text(outcome) + unheard_text(outcome) +
                unsettled_calls_text(outcome) + next);
  return Exit::ok;
}

}  // namespace executus::cli
