#include "cli/output/next_steps.hpp"

#include <algorithm>
#include <string_view>

#include <executus/tool/ask_user.hpp>

#include "runtime/events/going_on.hpp"

namespace executus::cli {
namespace {

void add_resolutions(std::vector<std::string>& commands, const Stuck& run) {
  for (const auto& call : run.calls) {
    auto resolve = answer_command("resolve", run.run, run.calls.size() > 1 ? call.call_id : "");
    commands.push_back(resolve + completed_option() + "   # " + call.tool + " happened");
    commands.push_back(resolve + failed_option() + "      # it did not, and shall not");
    commands.push_back(resolve + " --retry                  # it did not: send it again");
  }
}

void add_approvals(std::vector<std::string>& commands, const Stuck& run) {
  for (const auto& call : run.approvals) {
    auto named = run.approvals.size() > 1 ? call.call_id : "";
    auto text = call.tool == tool::kAskUser ? answer_option() : "";
    commands.push_back(answer_command("approve", run.run, named) + text + "   # " + call.tool);
    commands.push_back(answer_command("reject", run.run, named) + "   # " + call.tool);
  }
}

void add_signals(std::vector<std::string>& commands, const Stuck& run) {
  for (const auto& name : run.signals) commands.push_back(signal_command(run.run, name));
}

// Whether the run waits and nothing that is known here lets it go on: a recovery takes it up only when it is named.
bool is_not_due(const Stuck& run) {
  bool asks = !run.calls.empty() || !run.approvals.empty() || !run.below.empty();
  return run.status == RunStatus::waiting && !asks && !run.answered && !run.ready && run.given_up.empty();
}

// What answers the runs below it: when they end, it goes on.
void add_answers_below(std::vector<std::string>& commands, const Stuck& run) {
  for (const auto& child : run.below) {
    if (!child.unreadable.empty()) {
      for (auto& command : next_commands(child)) commands.push_back(std::move(command));
      continue;
    }
    if (child.status == RunStatus::quarantined && child.given_up.empty()) {
      commands.push_back("executus runs resume " + child.run + "   # " + child.agent + ", below");
      continue;
    }
    add_resolutions(commands, child);
    add_approvals(commands, child);
    if (child.status == RunStatus::waiting && !child.ready) add_signals(commands, child);
    if (child.status == RunStatus::running && !child.worker.empty())
      commands.push_back("executus runs wait " + child.run + "   # " + child.agent + ", below");
    else if (is_not_due(child))
      commands.push_back(recover_command(child.run));
    add_answers_below(commands, child);
  }
}

// Whether nothing is asked of a person before the run goes on.
bool goes_on(const Stuck& run) {
  if (run.status != RunStatus::waiting || run.answered || run.ready || !run.given_up.empty())
    return run.status != RunStatus::quarantined || !run.given_up.empty();
  return !run.below.empty() && std::ranges::all_of(run.below, goes_on);
}

void add_waits(std::vector<std::string>& lines, const Stuck& run) {
  if (!run.signals.empty()) lines.push_back(waits_for_signals(run.signals));
  if (run.due) lines.push_back(is_due(*run.due, run.signals));
}

// How a run stands that another waits for, as the end of a sentence.
std::string standing_below(const Stuck& run) {
  std::string why = run.reason.empty() ? "" : ": " + run.reason;
  if (!run.given_up.empty()) return "is to end: " + run.given_up;
  if (run.status == RunStatus::quarantined) return "is quarantined" + why;
  if (run.status == RunStatus::queued) return "is queued";
  if (run.status == RunStatus::running)
    return run.worker.empty() ? "was left for recovery" : "worker " + run.worker + " drives now";
  if (!run.unreadable.empty()) return "cannot go on here: " + run.unreadable;
  if (run.answered) return "has its answers" + std::string(kNextRecovery);
  if (run.ready) return "can go on; the next recovery takes it up";
  if (goes_on(run)) return "waits for runs below it that go on with the next recovery";
  if (!run.signals.empty()) why += " " + names_listed(run.signals);
  return "waits itself" + why + (run.due ? ", due at " + rfc3339(*run.due) : "");
}

}  // namespace

Stuck stuck(const RunOutcome& outcome) {
  Stuck run{outcome.run_id.str(), outcome.status, outcome.reason, {}};
  run.due = outcome.wake_at;
  run.signals = outcome.signals;
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
  if (!run.given_up.empty())
    lines.push_back(run.given_up + "; " + (run.worker.empty() ? "the next recovery" : "its worker") + " ends it");
  if (!run.unreadable.empty() && run.reason.find(run.unreadable) == std::string::npos)
    lines.push_back("it cannot go on here: " + run.unreadable);
  bool quarantined = run.status == RunStatus::quarantined;
  if (run.answered && run.given_up.empty())
    lines.push_back(std::string(kAllAnswered) + std::string(quarantined ? "" : kNextRecovery));
  if (run.ready && run.given_up.empty())
    lines.push_back(std::string("what it waited for ") + (run.signals.empty() ? "has ended" : "is there") +
                    std::string(kNextRecovery));
  if (!run.ready && run.status == RunStatus::waiting) add_waits(lines, run);
  for (const auto& child : run.below)
    lines.push_back("it waits for run " + child.run + " (" + child.agent + "), which " + standing_below(child));
  if (run.more_below) lines.push_back("there are more runs below it than were looked at; this is about the oldest");
  return lines;
}

std::vector<std::string> next_commands(const Stuck& run) {
  std::vector<std::string> commands;
  if (!run.stored) return commands;
  if (run.damaged) return {"executus runs events " + run.run};
  if (!run.unreadable.empty()) return commands;
  bool driven = !run.worker.empty() && run.status == RunStatus::running;
  if (!run.given_up.empty() && !is_terminal(run.status))
    return {"executus " + std::string(driven ? "runs wait " : "recover ") + run.run};
  if (driven) return {"executus runs wait " + run.run, "executus runs cancel " + run.run};
  if (run.status == RunStatus::waiting && !run.calls.empty()) add_resolutions(commands, run);
  if (run.status == RunStatus::waiting) add_approvals(commands, run);
  if (run.status == RunStatus::waiting && !run.ready) add_signals(commands, run);
  if (run.status == RunStatus::waiting) add_answers_below(commands, run);
  if (run.status == RunStatus::waiting) commands.push_back(recover_command(run.run) + run.options);
  if (run.status == RunStatus::quarantined || run.status == RunStatus::running)
    commands.push_back("executus runs resume " + run.run + run.options);
  if (run.status == RunStatus::queued) commands.push_back(recover_command(run.run));
  if (!is_terminal(run.status)) commands.push_back("executus runs cancel " + run.run);
  return commands;
}

}  // namespace executus::cli
