#include "runtime/events/how_to_answer.hpp"

#include "deliver/manifest.hpp"
#include "runtime/events/answer_commands.hpp"

namespace executus {
namespace {

std::string subject(const Question& question) {
  std::string call = "call " + deliver::harmless(question.call_id + " of " + question.tool);
  if (question.kind == Question::Kind::may_it_happen)
    return "run " + question.run.str() + " asks whether " + call + " may happen";
  return "run " + question.run.str() + " does not know whether " + call + " happened";
}

// `named`: more than one call of the run asks.
std::string answers(const Question& question, bool named) {
  std::string call = named ? deliver::harmless(question.call_id) : std::string();
  auto command = [&](std::string_view verb) { return answer_command(verb, question.run.str(), call); };
  if (question.kind == Question::Kind::may_it_happen)
    return "answer with runtime.runs().approve(question) or reject(question), or in a shell: " + command("approve") +
           ", " + command("reject");
  return "answer with runtime.runs().resolve(question, ...), or in a shell: " + command("resolve") +
         completed_option() + "," + failed_option() + " or --retry";
}

std::string signals(const RunId& run, const Waiting& waiting) {
  std::string lines;
  for (const auto& name : waiting.signals)
    lines += (lines.empty() ? "" : "\n") + ("it waits for signal " + name) +
             "; send it with runtime.runs().signal(run, \"" + name +
             "\", payload), or in a shell: executus runs signal " + run.str() + " " + name + " '<JSON>'";
  if (waiting.wake_at) lines += "\nit waits until " + rfc3339(*waiting.wake_at) + " at most";
  return lines;
}

std::string without_question(const RunId& run, const Waiting& waiting) {
  switch (waiting.reason) {
    case WaitReason::timer:
      return "it is due" + (waiting.wake_at ? " at " + rfc3339(*waiting.wake_at) : std::string()) +
             "; then whoever takes it up goes on with it: a worker, or executus recover " + run.str();
    case WaitReason::signal:
      return signals(run, waiting);
    case WaitReason::child:
      return "it waits for the runs below it: when they end, it goes on";
    case WaitReason::in_doubt:
    case WaitReason::approval:
      return "all it asked is answered; the next recovery goes on with it: executus recover " + run.str();
    case WaitReason::budget:
    case WaitReason::provider:
      break;
  }
  return "it goes on when it is told to: executus recover " + run.str();
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
