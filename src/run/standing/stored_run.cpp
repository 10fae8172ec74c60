#include <algorithm>

#include <executus/run/stored_run.hpp>

#include "run/open/cancelled_above.hpp"
#include "run/record/journal_commands.hpp"
#include "run/record/replayed.hpp"

namespace executus {
namespace {

bool is_answered(const StoredRun& run, std::string_view kind, llm::CallPosition position) {
  return std::ranges::any_of(run.inbox, [&](const journal::Command& command) {
    return command.kind == kind && run::commands::answered_call(command) == position;
  });
}

std::vector<llm::CallRecord> calls_in(const StoredRun& run, llm::CallState wanted, std::string_view answer,
                                      Questions which) {
  std::vector<llm::CallRecord> calls;
  for (const auto& call : run.checkpoint.conversation.open_batch())
    if (call.state == wanted && (which == Questions::asked || !is_answered(run, answer, call.position)))
      calls.push_back(call);
  return calls;
}

}  // namespace

Task<std::optional<StoredRun>> read_stored_run(journal::JournalStore& store, RunId id) {
  auto row = co_await store.find(id);
  if (!row) co_return std::nullopt;
  StoredRun run;
  run.row = std::move(*row);
  bool ended = is_terminal(run.row.status);
  if (!ended) run.inbox = co_await store.inbox(id);
  run.checkpoint = co_await run::replayed(store, id);
  bool has_target = run.checkpoint.admitted.invocation.contains("delivery");
  if (ended && has_target) run.outgoing = co_await store.outgoing_of(id);
  run.agent = agent_from_json(run.checkpoint.admitted.agent).value();
  co_return run;
}

RunOutcome outcome_of(const StoredRun& run) {
  auto outcome = outcome_of(run.row, run.checkpoint, run.agent.resolved_tools);
  set_value(outcome, run.agent.output);
  outcome.outgoing = run.outgoing;
  if (run.outgoing && run.outgoing->state == journal::OutgoingState::delivered)
    outcome.delivery_id = run.outgoing->detail;
  return outcome;
}

std::vector<llm::CallRecord> in_doubt(const StoredRun& run, Questions which) {
  return calls_in(run, llm::CallState::in_doubt, run::commands::kResolve, which);
}

std::vector<llm::CallRecord> awaiting_approval(const StoredRun& run, Questions which) {
  return calls_in(run, llm::CallState::awaiting_approval, run::commands::kApprove, which);
}

Task<std::optional<GivenUp>> given_up(journal::JournalStore& store, journal::RunRow row) {
  if (is_terminal(row.status)) co_return std::nullopt;
  auto inbox = co_await store.inbox(row.id);
  if (run::commands::asks_to_cancel(inbox)) co_return GivenUp{};
  auto above = co_await run::cancelled_above(store, std::move(row));
  co_return above ? std::optional(GivenUp{above->str()}) : std::nullopt;
}

}  // namespace executus
