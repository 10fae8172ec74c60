#include "cli/answer.hpp"

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
