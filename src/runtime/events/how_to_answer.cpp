#include "runtime/events/how_to_answer.hpp"

#include "deliver/manifest.hpp"
#include "runtime/events/going_on.hpp"

namespace executus {
namespace {

std::string subject(const Question& question) {
  std::string call = "call " + deliver::harmless(question.call_id + " of " + question.tool);
  if (wants_text(question)) return "run " + question.run.str() + " asks a question with " + call;
  if (question.kind == Question::Kind::may_it_happen)
    return "run " + question.run.str() + " asks whether " + call + " may happen";
  return "run " + question.run.str() + " does not know whether " + call + " happened";
}

// `named`: more than one call of the run asks.
std::string answers(const Question& question, bool named) {
  std::string call = named ? deliver::harmless(question.call_id) : std::string();
  auto command = [&](std::string_view verb) { return answer_command(verb, question.run.str(), call); };
  if (wants_text(question))
    return "answer with runtime.runs().approve(question, {.answer = ...}) or reject(question), or in a shell: " +
           command("approve") + answer_option() + ", " + command("reject");
  if (question.kind == Question::Kind::may_it_happen)
    return "answer with runtime.runs().approve(question) or reject(question), or in a shell: " + command("approve") +
           ", " + command("reject");
  return "answer with runtime.runs().resolve(question, ...), or in a shell: " + command("resolve") +
         completed_option() + "," + failed_option() + " or --retry";
}

std::string signals(const RunId& run, const Waiting& waiting) {
  std::string commands;
  for (const auto& name : waiting.signals) commands += (commands.empty() ? "" : ", ") + signal_command(run.str(), name);
  std::string lines = waits_for_signals(waiting.signals) +
                      "; send it with runtime.runs().signal(run, name, payload), or in a shell: " + commands;
  if (waiting.wake_at) lines += "\n" + is_due(*waiting.wake_at, waiting.signals);
  return lines;
}

std::string without_question(const RunId& run, const Waiting& waiting) {
  switch (waiting.reason) {
    case WaitReason::timer:
      return (waiting.wake_at ? is_due(*waiting.wake_at, {}) : "it is due; a recovery or worker goes on with it") +
             ": " + recover_command(run.str());
    case WaitReason::signal:
      return signals(run, waiting);
    case WaitReason::child:
      return "it waits for the runs below it: when they end, it goes on";
    case WaitReason::in_doubt:
    case WaitReason::approval:
      return std::string(kAllAnswered) + std::string(kNextRecovery) + ": " + recover_command(run.str());
    case WaitReason::budget:
      return "its budget is used up" + std::string(waiting.wake_at ? " until " + rfc3339(*waiting.wake_at) : "") +
             "; raise it, and it goes on: executus budget raise ACCOUNT (executus budget show lists them)";
    case WaitReason::provider:
      break;
  }
  return "it goes on when it is told to: " + recover_command(run.str());
}

}  // namespace

std::string how_to_answer(const RunId& run, const Waiting& waiting) {
  if (waiting.questions.empty()) return without_question(run, waiting);
  std::string lines;
  for (const auto& question : waiting.questions) {
    if (!lines.empty()) lines += "\n";
    lines += subject(question) + "; " + answers(question, waiting.questions.size() > 1);
  }
  return lines;
}

}  // namespace executus
