#include "cli/answer.hpp"

#include "cli/open_questions.hpp"
#include "run/commands.hpp"

namespace executus::cli {
namespace {

constexpr int kAnswerTries = 100;  // each is a step the run took meanwhile

Error second_answer(const RunId& run, const llm::CallRecord& call, const journal::Command& earlier) {
  return failed("cli.answered", "call '" + printable_line(call.call.id) + "' of run " + run.str() +
                                    " is already answered: " + run::commands::answer_name(earlier) +
                                    "; that counts, and the next recovery goes on with it:\n  executus recover " +
                                    run.str());
}

}  // namespace

void require_not_cancelled(Session& session, const RunState& state) {
  auto why = given_up(session, state.row);
  if (!why) return;
  throw failed("cli.answered", "no answer to run " + state.row.id.str() + " counts any more: " + why_given_up(*why) +
                                   ", and the next recovery ends it:\n  executus recover " + state.row.id.str());
}

std::string standing(const RunState& state) {
  std::string text = "it is " + std::string(to_string(state.row.status));
  return state.row.reason.empty() ? text : text + ": " + printable_line(state.row.reason);
}

std::string questions_below(Session& session, const RunState& state) {
  auto run = open_questions(session, state.row);
  if (run.below.empty()) return "; nothing to answer";
  std::string text;
  for (const auto& line : explanations(run)) text += "; " + printable_line(line);
  for (const auto& command : next_commands(run)) text += "\n  " + command;
  return text;
}

llm::CallRecord answer_call(Session& session, const RunId& run,
                            const std::function<llm::CallRecord(const RunState&)>& find,
                            const std::function<journal::Command(const llm::CallRecord&)>& answer) {
  using enum journal::AnswerVerdict;
  for (int tries = 0; tries < kAnswerTries; ++tries) {
    auto state = load_run(session, run);
    auto call = find(state);
    auto answered = session.wait(session.journal().answer(run, state.checkpoint.last_seq, answer(call)));
    if (answered.verdict == accepted) return call;
    if (answered.verdict == answered_before) throw second_answer(run, call, answered.earlier);
    if (answered.verdict != moved_on)
      throw failed("cli.answered", "run " + run.str() + " has ended meanwhile; nothing was changed");
  }
  throw failed("cli.answered", "run " + run.str() + " moves on all the time; nothing was changed, try again");
}

}  // namespace executus::cli
