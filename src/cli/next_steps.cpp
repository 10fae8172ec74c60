#include "cli/next_steps.hpp"

#include <algorithm>
#include <string_view>

namespace executus::cli {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._-/:=@%+,").find(c) != std::string_view::npos;
}

void add_resolutions(std::vector<std::string>& commands, const Stuck& run) {
  for (const auto& call : run.calls) {
    std::string resolve = "executus runs resolve " + run.run;
    if (run.calls.size() > 1) resolve += " --call " + shell_word(call.call_id);
    commands.push_back(resolve + " --completed " + shell_word(std::string(kResultPlaceholder)) + "   # " + call.tool +
                       " happened");
    commands.push_back(resolve + " --failed " + shell_word(std::string(kReasonPlaceholder)) +
                       "      # it did not, and shall not");
    commands.push_back(resolve + " --retry                  # it did not: send it again");
  }
}

void add_approvals(std::vector<std::string>& commands, const Stuck& run) {
  for (const auto& call : run.approvals)
    for (const char* answer : {"approve", "reject"}) {
      std::string command = std::string("executus runs ") + answer + " " + run.run;
      if (run.approvals.size() > 1) command += " --call " + shell_word(call.call_id);
      commands.push_back(command + "   # " + call.tool);
    }
}

// What answers the runs below it: when they end, it goes on.
void add_answers_below(std::vector<std::string>& commands, const Stuck& run) {
  for (const auto& child : run.below) {
    if (child.status == RunStatus::quarantined) {
      commands.push_back("executus runs resume " + child.run + "   # " + child.agent + ", below");
      continue;
    }
    add_resolutions(commands, child);
    add_approvals(commands, child);
    if (child.calls.empty() && child.approvals.empty() && child.below.empty())
      commands.push_back("executus recover " + child.run);
    add_answers_below(commands, child);
  }
}

}  // namespace

std::string shell_word(const std::string& word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return word;
  std::string quoted = "'";
  for (char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

Stuck stuck(const RunOutcome& outcome) {
  Stuck run{outcome.run_id.str(), outcome.status, outcome.reason, {}};
  run.agent = outcome.agent;
  for (const auto& call : outcome.tool_calls) {
    if (call.state == llm::CallState::in_doubt) run.calls.push_back({call.call_id, call.tool, ""});
    if (call.state == llm::CallState::awaiting_approval) run.approvals.push_back({call.call_id, call.tool, ""});
  }
  return run;
}

std::vector<std::string> explanations(const Stuck& run) {
  std::vector<std::string> lines;
  if (!run.worker.empty()) lines.push_back("worker " + run.worker + " drives it now");
  if (run.cancelled) lines.push_back("it is being cancelled; the next recovery ends it");
  if (run.answered && !run.cancelled) lines.push_back("all it asked is answered; the next recovery goes on with it");
  if (run.due && run.status == RunStatus::waiting) lines.push_back("it is due at " + rfc3339(*run.due));
  for (const auto& child : run.below)
    lines.push_back("it waits for run " + child.run + " (" + child.agent + "), which " +
                    (child.status == RunStatus::quarantined ? "is quarantined" : "waits itself") +
                    (child.reason.empty() ? "" : ": " + child.reason));
  return lines;
}

std::vector<std::string> next_commands(const Stuck& run) {
  std::vector<std::string> commands;
  if (!run.stored) return commands;
  if (run.cancelled && !is_terminal(run.status)) return {"executus recover " + run.run};
  if (!run.worker.empty() && run.status == RunStatus::running)
    return {"executus runs wait " + run.run, "executus runs cancel " + run.run};
  if (run.status == RunStatus::waiting && !run.calls.empty()) add_resolutions(commands, run);
  if (run.status == RunStatus::waiting) add_approvals(commands, run);
  if (run.status == RunStatus::waiting) add_answers_below(commands, run);
  if (run.status == RunStatus::waiting) commands.push_back("executus recover " + run.run + run.options);
  if (run.status == RunStatus::quarantined || run.status == RunStatus::running)
    commands.push_back("executus runs resume " + run.run + run.options);
  if (run.status == RunStatus::queued) commands.push_back("executus recover " + run.run);
  if (!is_terminal(run.status)) commands.push_back("executus runs cancel " + run.run);
  return commands;
}

}  // namespace executus::cli
