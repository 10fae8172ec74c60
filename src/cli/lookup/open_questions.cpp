#include "cli/lookup/open_questions.hpp"

#include <utility>

namespace executus::cli {
Stuck stuck_run(const RunState& state) {
  const auto& row = state.row;
  Stuck stuck{row.id.str(), row.status, row.reason, {}};
  stuck.agent = row.agent;
  stuck.due = row.wake_at;
  stuck.signals = row.signals;
  if (state.driven) stuck.worker = row.worker;
  if (state.given_up) stuck.given_up = why_given_up(*state.given_up);
  for (const auto& question : state.questions) {
    if (question.run != row.id) continue;  // one of those below asks it
    bool is_doubt = question.kind == Question::Kind::did_it_happen;
    (is_doubt ? stuck.calls : stuck.approvals)
        .push_back({question.call_id, question.tool, question.arguments, question.reason});
  }
  stuck.answered = state.answered;
  stuck.ready = state.ready;
  if (state.unreadable) {
    stuck.unreadable = state.unreadable->message();
    stuck.damaged = !journal::is_of_other_format(state.unreadable->code());
  }
  for (const auto& below : state.below) stuck.below.push_back(stuck_run(below));
  stuck.more_below = state.more_below;
  return stuck;
}

Stuck open_questions(CommandContext& context, const journal::RunRow& row) {
  return stuck_run(context.runs().state(row).get());
}

namespace {

enum class Driver { another, this_process };

Stuck questions_about(CommandContext& context, const RunOutcome& outcome, Driver driver) {
  if (is_terminal(outcome.status) || !context.has_store()) return stuck(outcome);
  try {
    auto state = context.runs().find(outcome.run_id).get();
    // A process that takes a run over counts an attempt.
    if (state && driver == Driver::this_process && state->row.attempts == outcome.attempts) state->driven = false;
    if (state) return stuck_run(*state);
    auto unknown = stuck(outcome);
    unknown.stored = false;
    return unknown;
  } catch (const Error& error) {
    if (!error.code().starts_with("store.")) throw;
  }
  return stuck(outcome);  // the store is away: what this process knows is all there is
}

}  // namespace

Stuck open_questions(CommandContext& context, const RunOutcome& outcome) {
  return questions_about(context, outcome, Driver::another);
}

Stuck questions_left(CommandContext& context, const RunOutcome& outcome) {
  return questions_about(context, outcome, Driver::this_process);
}

}  // namespace executus::cli
