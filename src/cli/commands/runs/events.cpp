#include <thread>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/run/run_json.hpp>
#include <executus/run/standing.hpp>

#include "base/text.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/lookup/open_questions.hpp"
#include "cli/lookup/run_ids.hpp"

namespace executus::cli {
namespace {

constexpr std::size_t kEventPage = 500;
constexpr Milliseconds kFollowPause{300};  // how stale `--follow` may be
constexpr std::size_t kDetailWidth = 160;

std::string position_text(llm::CallPosition call) {
  return "call " + std::to_string(call.response) + "." + std::to_string(call.index);
}

std::string response_text(const llm::Response& response) {
  std::string text = response.target + "  " + std::to_string(response.usage.input) + " in, " +
                     std::to_string(response.usage.output) + " out";
  for (const auto& call : response.message.tool_calls) text += "  -> " + call.name + " " + call.arguments;
  if (auto said = response.message.text(); !said.empty()) text += "  \"" + said + "\"";
  return text;
}

// What an entry says, in a line.
struct Detail {
  std::string operator()(const journal::Admitted& e) const {
    return e.input.empty() ? "" : "\"" + e.input.front().text() + "\"";
  }
  std::string operator()(const journal::Opened& e) const {
    return "attempt by " + e.worker + " (epoch " + std::to_string(e.epoch) + ")";
  }
  std::string operator()(const journal::Responded& e) const { return response_text(e.response); }
  std::string operator()(const journal::Intended& e) const { return position_text(e.call) + "  " + e.effect; }
  std::string operator()(const journal::Settled& e) const {
    return position_text(e.call) + "  " + std::string(llm::to_string(e.state)) + "  " + e.text;
  }
  std::string operator()(const journal::Steered& e) const {
    return (e.undelivered ? "undelivered  \"" : "\"") + e.message.text() + "\"";
  }
  std::string operator()(const journal::Waited& e) const {
    std::string text(to_string(e.reason));
    for (auto call : e.calls) text += "  " + position_text(call);
    for (const auto& name : e.signals) text += "  signal " + name;
    if (e.wake_at) text += "  until " + rfc3339(*e.wake_at);
    return e.detail.empty() ? text : text + "  " + e.detail;
  }
  std::string operator()(const journal::Retried& e) const { return position_text(e.call) + " will be sent again"; }
  std::string operator()(const journal::Ended& e) const {
    std::string text(to_string(e.status));
    for (const auto& why : {e.error, e.reason})
      if (!why.empty()) text += "  " + why;
    return text;
  }
  std::string operator()(const journal::PhaseStarted& e) const { return e.name + "  " + e.model; }
  std::string operator()(const journal::PhaseEnded& e) const {
    return e.name + "  " + std::string(to_string(e.how)) + "  \"" + e.output + "\"";
  }
  std::string operator()(const journal::Gated& e) const {
    std::string text;
    for (const auto& decision : e.decisions)
      text += (text.empty() ? "" : "  ") + position_text({e.response, decision.index}) + " " +
              std::string(to_string(decision.ruling));
    return text;
  }
  std::string operator()(const journal::Approved& e) const {
    return position_text(e.call) + (e.approved ? "  approved" : "  rejected") +
           (e.reason.empty() ? "" : "  " + e.reason);
  }
  std::string operator()(const journal::CallChanged& e) const {
    auto text = position_text(e.call) + "  " + e.was + " -> " + e.arguments;
    if (!e.by.empty()) text += "  " + by(e.by);
    return e.reason.empty() ? text : text + "  " + e.reason;
  }
  std::string operator()(const journal::Offered& e) const {
    const auto& tools = e.offer.tools;
    auto text = e.offer.source + "  " + std::to_string(tools.size()) + (tools.size() == 1 ? " tool" : " tools");
    for (const auto& [name, was] : e.offer.reworded) text += "  changed: " + name;
    return e.offer.problem.empty() ? text : text + "  " + e.offer.problem;
  }
  std::string operator()(const journal::Compacted& e) const {
    if (!e.error.empty()) return "failed: " + e.error;
    return std::to_string(e.upto) + " messages, " + std::to_string(e.tokens_before) + " -> " +
           std::to_string(e.tokens_after) + " tokens";
  }
  std::string operator()(const journal::Criticised& e) const {
    std::string text = e.kill ? "kill" : "";
    if (e.extend_by.count() > 0) text += "extend by " + std::to_string(e.extend_by.count() / 1'000) + " s  ";
    if (e.raise_steps_by > 0) text += "raise steps by " + std::to_string(e.raise_steps_by) + "  ";
    if (!e.nudge.empty()) text += "nudge \"" + e.nudge + "\"";
    return e.reason.empty() ? text : text + "  " + e.reason;
  }
  std::string operator()(const journal::Generated& e) const {
    return position_text(e.call) + "  " + response_text(e.response);
  }
  std::string operator()(const journal::Spent& e) const {
    return e.target + "  " + std::to_string(e.usage.input) + " + " + std::to_string(e.usage.output) +
           " tokens, no response";
  }
  std::string operator()(const journal::Withheld& e) const {
    std::string text;
    for (const auto& item : e.items) text += (text.empty() ? "" : "  ") + item.note;
    return text;
  }
  std::string operator()(const journal::Cut& e) const { return e.text; }
  std::string operator()(const journal::Parked& e) const {
    auto text = position_text(e.call);
    if (!e.wait.signal.empty()) text += "  for signal " + e.wait.signal;
    return e.wait.until ? text + "  until " + rfc3339(*e.wait.until) : text;
  }
  std::string operator()(const journal::Woken& e) const {
    if (e.wake.by == llm::CallWake::By::time) return position_text(e.call) + "  its time has come";
    return position_text(e.call) + "  by a signal  " + write_json(e.wake.payload);
  }
  std::string operator()(const journal::Reopened& e) const { return by(e.by); }
  std::string operator()(const journal::Redefined& e) const { return by(e.by); }
  std::string operator()(const journal::Mapped& e) const {
    return std::to_string(e.calls.size()) + " items" + (e.calls.empty() ? "" : "  " + e.calls.front().name);
  }

  static std::string by(const std::string& person) { return person.empty() ? "" : "by " + person; }
};

std::string event_line(const journal::Entry& entry) {
  std::string seq = std::to_string(entry.seq);
  if (seq.size() < 5) seq.insert(0, 5 - seq.size(), ' ');
  std::string kind(journal::kind_name(journal::kind_of(entry.payload)));
  kind.resize(std::max<std::size_t>(kind.size(), 14), ' ');
  auto detail = printable_line(std::visit(Detail{}, entry.payload), kDetailWidth);
  return seq + "  " + rfc3339(entry.at).substr(11) + "  " + kind + detail + "\n";
}

// The entries that follow, as many as can be read. Throws Error when that is none and there should be one: the first of
// a page that cannot be read as a whole is read alone.
std::vector<journal::Entry> next_entries(CommandContext& context, const RunId& run, std::uint64_t after) {
  try {
    return context.runs().entries(run, after, kEventPage).get();
  } catch (const Error& error) {
    if (!error.code().starts_with("journal.")) throw;
  }
  try {
    return context.runs().entries(run, after, 1).get();
  } catch (const Error& error) {
    throw Error(error.kind(), error.code(),
                "entry " + std::to_string(after + 1) + " of run " + run.str() +
                    " and what follows it cannot be shown: " + error.message());
  }
}

// What following can come to. A run that waits may go on, so it is followed; one that no process drives does not grow.
enum class Growth { none, by_its_worker, once_it_goes_on, once_it_is_recovered };

Growth growth_of(CommandContext& context, const journal::RunRow& row) {
  if (is_terminal(row.status)) return Growth::none;
  if (row.status == RunStatus::waiting || row.status == RunStatus::quarantined) return Growth::once_it_goes_on;
  return is_driven(context, row) ? Growth::by_its_worker : Growth::once_it_is_recovered;
}

void say_that_it_waits(const journal::RunRow& row) {
  write_err("executus: run " + row.id.str() + " is " + std::string(to_string(row.status)) + " (" +
            printable_line(row.reason) + "); what comes after that will be shown\n");
}

Exit left_alone(CommandContext& context, const journal::RunRow& row) {
  std::string text = "executus: run " + row.id.str() +
                     (row.status == RunStatus::queued ? " is queued" : " was left for recovery") +
                     ", and no process drives it now\n";
  for (const auto& command : next_commands(open_questions(context, row))) text += "  " + printable_line(command) + "\n";
  write_err(text);
  return Exit::left;
}

void print_entries(CommandContext& context, const std::vector<journal::Entry>& entries) {
  for (const auto& entry : entries) {
    if (context.globals().json)
      context.print_json(executus::to_json(entry));
    else
      context.print(event_line(entry));
  }
}

}  // namespace

Exit execute(CommandContext& context, const RunsEvents& options) {
  context.only_reads();
  auto run = find_run(context, options.run);
  std::uint64_t after = options.after;
  for (bool told = false;;) {
    auto row = find_row(context, run);  // before its entries: what ends it in between is shown
    auto entries = next_entries(context, run, after);
    print_entries(context, entries);
    if (!entries.empty()) {
      after = entries.back().seq;
      continue;
    }
    auto growth = options.follow ? growth_of(context, row) : Growth::none;
    if (growth == Growth::none) return Exit::ok;
    if (growth == Growth::once_it_is_recovered) return left_alone(context, row);
    if (growth == Growth::once_it_goes_on && !std::exchange(told, true)) say_that_it_waits(row);
    std::this_thread::sleep_for(kFollowPause);
  }
}

}  // namespace executus::cli
