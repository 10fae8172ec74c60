#include "cli/run_state.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "cli/run_ids.hpp"
#include "run/cancelled_above.hpp"
#include "run/cancelled_unopened.hpp"
#include "run/commands.hpp"

namespace executus::cli {
namespace {

bool is_answered(const RunState& state, std::string_view kind, llm::CallPosition position) {
  return std::ranges::any_of(state.inbox, [&](const journal::Command& command) {
    return command.kind == kind && run::commands::answered_call(command) == position;
  });
}

std::vector<llm::CallRecord> calls_in(const RunState& state, llm::CallState wanted, std::string_view answer,
                                      Questions which) {
  std::vector<llm::CallRecord> calls;
  for (const auto& call : state.checkpoint.conversation.open_batch())
    if (call.state == wanted && (which == Questions::asked || !is_answered(state, answer, call.position)))
      calls.push_back(call);
  return calls;
}

constexpr std::size_t kReadPage = 1'000;

}  // namespace

RunState load_run(Session& session, const RunId& run) {
  RunState state;
  state.row = find_row(session, run);
  if (!is_terminal(state.row.status)) state.inbox = session.wait(session.journal().inbox(run));
  for (;;) {
    auto entries = session.wait(session.journal().read(run, state.checkpoint.last_seq, kReadPage));
    if (entries.empty()) break;
    for (const auto& entry : entries) journal::apply(state.checkpoint, entry);
  }
  state.agent = agent_from_json(state.checkpoint.admitted.agent).value();
  return state;
}

std::optional<RunState> load_if_readable(Session& session, const RunId& run) {
  try {
    return load_run(session, run);
  } catch (const Error& error) {
    if (!error.code().starts_with("journal.")) throw;
  }
  return std::nullopt;
}

RunOutcome outcome_of(const journal::RunRow& row) {
  RunOutcome outcome;
  outcome.run_id = row.id;
  outcome.status = row.status;
  outcome.reason = row.reason;
  outcome.agent = row.agent;
  outcome.parent = row.parent;
  outcome.attempts = row.attempts;
  return outcome;
}

RunOutcome outcome_of(const RunState& state) {
  auto outcome = executus::outcome_of(state.row.id, state.checkpoint, state.agent.resolved_tools);
  if (!is_terminal(outcome.status)) {  // the row was read first: the run may have ended meanwhile
    outcome.status = state.row.status;
    outcome.reason = state.row.reason;
  }
  outcome.agent = state.row.agent;
  outcome.parent = state.row.parent;
  outcome.attempts = state.row.attempts;
  return outcome;
}

std::vector<llm::CallRecord> in_doubt(const RunState& state, Questions which) {
  return calls_in(state, llm::CallState::in_doubt, run::commands::kResolve, which);
}

std::vector<llm::CallRecord> awaiting_approval(const RunState& state, Questions which) {
  return calls_in(state, llm::CallState::awaiting_approval, run::commands::kApprove, which);
}

std::optional<GivenUp> given_up(Session& session, const journal::RunRow& row) {
  if (is_terminal(row.status)) return std::nullopt;
  if (run::asks_to_cancel(session.wait(session.journal().inbox(row.id)))) return GivenUp{};
  auto above = session.wait(run::cancelled_above(session.journal(), row));
  return above ? std::optional(GivenUp{above->str()}) : std::nullopt;
}

std::string why_given_up(const GivenUp& given_up) {
  return given_up.above.empty() ? "it is being cancelled" : "it is cancelled with run " + given_up.above + " above it";
}

}  // namespace executus::cli
