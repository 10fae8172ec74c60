#include "cli/lookup/answer.hpp"

#include <algorithm>

#include "cli/lookup/open_questions.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/lookup/run_state.hpp"

namespace executus::cli {
namespace {

std::string by_whom(const CallAnswered& answered) {
  const auto* by = answered.earlier.payload.if_contains("by");
  return by && by->is_string() ? " by " + printable_line(std::string(by->get_string())) : "";
}

Error second_answer(const RunId& run, const CallAnswered& answered) {
  return failed("cli.answered", "call '" + printable_line(answered.call.call.id) + "' of run " + run.str() +
                                    " is already answered: " + earlier_answer(answered) + by_whom(answered) +
                                    "; that counts, and this goes on with it:\n  " + command_after(answered.run->row));
}

Error no_answer_counts(const RunId& run, const GivenUp& why) {
  return failed("cli.answered", "no answer to run " + run.str() + " counts any more: " + why_given_up(why) +
                                    ", and the next recovery ends it:\n  executus recover " + run.str());
}

Error too_late(const RunId& run, const journal::RunRow& row) {
  bool had_ended = is_terminal(row.status);
  return failed(
      "cli.answered",
      "run " + run.str() + " has ended" +
          (had_ended ? " (" + std::string(to_string(row.status)) + "): it asks nothing any more" : " meanwhile") +
          "; nothing was changed");
}

// How the run stands, for a sentence: "it is waiting: child".
std::string standing(const journal::RunRow& row) {
  std::string text = "it is " + std::string(to_string(row.status));
  return row.reason.empty() ? text : text + ": " + printable_line(row.reason);
}

// What it asks otherwise, or the runs below it ask, with the commands that answer.
std::string other_questions(CommandContext& context, const journal::RunRow& row) {
  auto run = open_questions(context, row);
  if (run.calls.empty() && run.approvals.empty() && run.below.empty()) return "; nothing to answer";
  std::string text = run.below.empty() ? "; what it asks instead is answered by" : "";
  for (const auto& line : explanations(run)) text += "; " + printable_line(line);
  for (const auto& command : next_commands(run)) text += "\n  " + printable_line(command);
  return text;
}

std::string call_lines(const std::vector<llm::CallRecord>& calls) {
  std::string lines;
  for (const auto& call : calls)
    lines += "\n  --call " + printable_line(call.call.id) + "   # " +
             printable_line(call.call.name + " " + call.call.arguments);
  return lines;
}

}  // namespace

AfterAnswer after_answer(CommandContext& context, const journal::RunRow& answered) {
  auto now = open_questions(context, answered);
  auto open = now.approvals.size() + now.calls.size();
  now.worker.clear();  // one may take the answer in, and the run waits again
  auto commands = next_commands(now);
  if (open == 0 || now.status != RunStatus::waiting)
    return {command_after(answered), "this goes on with it:\n  " + command_after(answered)};
  AfterAnswer after{commands.front(), "the run waits for " + std::to_string(open) +
                                          (open == 1 ? " more answer" : " more answers") +
                                          ", and goes on once it has all:"};
  commands.resize(std::min(commands.size(), 2 * now.approvals.size() + 3 * now.calls.size()));
  for (const auto& command : commands) after.words += "\n  " + printable_line(command);
  return after;
}

std::string command_after(const journal::RunRow& answered) {
  auto command = answered.status == RunStatus::quarantined ? "executus runs resume " : "executus recover ";
  return command + answered.id.str();
}

llm::CallRecord require_answered(CommandContext& context, const RunId& run, const CallAnswered& answered,
                                 const std::string& named, const AnswerWords& words) {
  using enum CallAnswered::Verdict;
  auto open = [&] { return call_lines(words.open(*answered.run, Questions::open)); };
  switch (answered.verdict) {
    case given:
      return answered.call;
    case answered_before:
      throw second_answer(run, answered);
    case given_up:
      throw no_answer_counts(run, *answered.why);
    case not_asked:
      throw failed(words.code, "run " + run.str() + " " + words.not_asked + " (" + standing(answered.run->row) + ")" +
                                   other_questions(context, answered.run->row));
    case which:
      throw failed(words.code, words.which + "; say which:" + open());
    case other_call:
      throw failed(words.code, "call '" + printable_line(named) + "' " + words.other + open());
    case no_such_run:
      throw cli::no_such_run(run);
    case run_ended:
      throw too_late(run, answered.run->row);
    case keeps_moving:
      break;
  }
  throw failed("cli.answered", "run " + run.str() + " moves on all the time; nothing was changed, try again");
}

}  // namespace executus::cli
