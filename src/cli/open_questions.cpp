#include "cli/open_questions.hpp"

#include <set>

namespace executus::cli {
namespace {

constexpr std::size_t kChildren = 1'000;

OpenCall open_call(const llm::CallRecord& call) { return {call.call.id, call.call.name, call.call.arguments}; }

void add_calls(Stuck& stuck, const RunState& state) {
  for (const auto& call : in_doubt(state)) stuck.calls.push_back(open_call(call));
  for (const auto& call : awaiting_approval(state)) stuck.approvals.push_back(open_call(call));
  bool asked = !in_doubt(state, Questions::asked).empty() || !awaiting_approval(state, Questions::asked).empty();
  stuck.answered = asked && stuck.calls.empty() && stuck.approvals.empty();
}

// Whether a recovery would take the run up now.
bool is_claimable(Session& session, const RunId& run) {
  journal::RunFilter filter;
  filter.only = run;
  filter.limit = 1;
  return !session.wait(session.journal().claimable(std::move(filter))).empty();
}

// `seen` keeps a damaged database from sending us round in circles.
Stuck questions_of(Session& session, const journal::RunRow& row, std::set<std::string>& seen);

void add_below(Session& session, Stuck& stuck, const journal::RunRow& row, std::set<std::string>& seen) {
  journal::RunFilter filter;
  filter.parent = row.id.str();
  filter.statuses = {RunStatus::queued, RunStatus::running, RunStatus::waiting, RunStatus::quarantined};
  filter.limit = kChildren;
  for (const auto& child : session.wait(session.journal().list(std::move(filter))))
    if (seen.insert(child.id.str()).second) stuck.below.push_back(questions_of(session, child, seen));
  stuck.ready = stuck.below.empty() && is_claimable(session, row.id);
}

Stuck questions_of(Session& session, const journal::RunRow& row, std::set<std::string>& seen) {
  Stuck stuck{row.id.str(), row.status, row.reason, {}};
  stuck.agent = row.agent;
  stuck.due = row.wake_at;
  if (row.status == RunStatus::running && is_driven(session, row)) stuck.worker = row.worker;
  if (auto why = given_up(session, row)) stuck.given_up = why_given_up(*why);
  bool stands_still = row.status == RunStatus::waiting || row.status == RunStatus::quarantined;
  if (!stands_still || !stuck.given_up.empty()) return stuck;
  if (auto state = load_if_readable(session, row.id)) add_calls(stuck, *state);
  if (row.reason == to_string(WaitReason::child)) add_below(session, stuck, row, seen);
  return stuck;
}

}  // namespace

bool is_driven(Session& session, const journal::RunRow& row) {
  return row.status == RunStatus::running && !row.worker.empty() && !is_claimable(session, row.id);
}

std::string status_text(Session& session, const journal::RunRow& row) {
  std::string status(to_string(row.status));
  if (row.status == RunStatus::running && is_claimable(session, row.id)) return status + " (left for recovery)";
  return row.reason.empty() ? status : status + " (" + printable_line(row.reason) + ")";
}

Stuck open_questions(Session& session, const journal::RunRow& row) {
  std::set<std::string> seen{row.id.str()};
  return questions_of(session, row, seen);
}

Stuck open_questions(Session& session, const RunOutcome& outcome) {
  if (is_terminal(outcome.status) || !session.has_store()) return stuck(outcome);
  try {
    auto row = session.wait(session.journal().find(outcome.run_id));
    if (row) return open_questions(session, *row);
    auto unknown = stuck(outcome);
    unknown.stored = false;
    return unknown;
  } catch (const Error& error) {
    if (!error.code().starts_with("store.")) throw;
  }
  return stuck(outcome);  // the store is away: what this process knows is all there is
}

}  // namespace executus::cli
