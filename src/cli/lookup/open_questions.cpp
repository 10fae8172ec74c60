#include "cli/lookup/open_questions.hpp"

#include <executus/run/run_tree.hpp>
#include <executus/run/standing.hpp>

namespace executus::cli {
namespace {

OpenCall open_call(const llm::CallRecord& call) { return {call.call.id, call.call.name, call.call.arguments}; }

void add_calls(Stuck& stuck, const StoredRun& state) {
  for (const auto& call : in_doubt(state)) stuck.calls.push_back(open_call(call));
  for (const auto& call : awaiting_approval(state)) stuck.approvals.push_back(open_call(call));
  bool asked = !in_doubt(state, Questions::asked).empty() || !awaiting_approval(state, Questions::asked).empty();
  stuck.answered = asked && stuck.calls.empty() && stuck.approvals.empty();
}

void add_calls_if_readable(CommandContext& context, Stuck& stuck, const RunId& run) {
  try {
    auto state = context.wait(read_stored_run(context.journal(), run));
    if (state) add_calls(stuck, *state);
  } catch (const Error& error) {
    if (!error.code().starts_with("journal.")) throw;
    stuck.unreadable = error.message();
    stuck.damaged = !journal::is_of_other_format(error.code());
  }
}

// Whether a recovery would take the run up now.
bool is_claimable(CommandContext& context, const RunId& run) {
  journal::RunFilter filter;
  filter.only = run;
  filter.limit = 1;
  return !context.wait(context.journal().claimable(std::move(filter))).empty();
}

Stuck questions_of(CommandContext& context, const RunTree& tree, const std::set<RunId>& left);

void add_below(CommandContext& context, Stuck& stuck, const RunTree& tree, const std::set<RunId>& left) {
  for (const auto& child : tree.children)
    if (!is_terminal(child.row.status)) stuck.below.push_back(questions_of(context, child, left));
  stuck.ready = stuck.below.empty() && is_claimable(context, tree.row.id);
}

Stuck questions_of(CommandContext& context, const RunTree& tree, const std::set<RunId>& left) {
  const auto& row = tree.row;
  Stuck stuck{row.id.str(), row.status, row.reason, {}};
  stuck.agent = row.agent;
  stuck.due = row.wake_at;
  if (row.status == RunStatus::running && !left.contains(row.id)) stuck.worker = row.worker;
  if (auto why = context.wait(given_up(context.journal(), row))) stuck.given_up = why_given_up(*why);
  if (!stands_still(row.status) || !stuck.given_up.empty()) return stuck;
  add_calls_if_readable(context, stuck, row.id);
  if (waits_for_child(row)) add_below(context, stuck, tree, left);
  return stuck;
}

}  // namespace

Stuck open_questions(CommandContext& context, const journal::RunRow& row) {
  Family family{{row}};
  if (waits_for_child(row)) family = context.wait(family_of(context.journal(), row));
  auto left = context.wait(left_for_recovery(context.journal(), rows_of(family.root)));
  auto stuck = questions_of(context, family.root, left);
  stuck.more_below = family.cut;
  return stuck;
}

namespace {

enum class Driver { another, this_process };

Stuck questions_about(CommandContext& context, const RunOutcome& outcome, Driver driver) {
  if (is_terminal(outcome.status) || !context.has_store()) return stuck(outcome);
  try {
    auto row = context.wait(context.journal().find(outcome.run_id));
    // A process that takes a run over counts an attempt.
    if (row && driver == Driver::this_process && row->attempts == outcome.attempts) row->worker.clear();
    if (row) return open_questions(context, *row);
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
