#include <algorithm>
#include <optional>
#include <utility>

#include <executus/run/redefining.hpp>
#include <executus/run/stored_run.hpp>

#include "journal/answer.hpp"
#include "run/amend/definition_change.hpp"

namespace executus {
namespace {

// What the run keeps of its own.
Agent for_run(Agent agent, const Agent& stored) {
  if (agent.root.empty()) agent.root = stored.root;
  agent.durability = stored.durability;
  return agent;
}

Redefinition plan(const StoredRun& run, const Agent& after) {
  Redefinition redefinition{Redefinition::accepted, run.row.status};
  redefinition.changes = run::changes_between(run.agent, after);
  redefinition.hindrances = run::hindrances(run.checkpoint, run.agent, after);
  if (!redefinition.hindrances.empty())
    redefinition.what = Redefinition::refused;
  else if (redefinition.changes.empty())
    redefinition.what = Redefinition::same;
  return redefinition;
}

Task<bool> is_driven_now(journal::JournalStore& store, RunId run) {
  std::vector<RunId> runs{std::move(run)};
  auto undriven = co_await store.undriven(std::move(runs));
  co_return undriven.empty();
}

Task<bool> has_answers(journal::JournalStore& store, RunId run) {
  auto inbox = co_await store.inbox(std::move(run));
  co_return std::ranges::any_of(inbox, journal::answers_a_question);
}

Redefinition::What what_of(journal::AmendVerdict verdict) {
  switch (verdict) {
    case journal::AmendVerdict::driven:
      return Redefinition::driven;
    case journal::AmendVerdict::answers_waiting:
      return Redefinition::answers_waiting;
    case journal::AmendVerdict::no_such_run:
      return Redefinition::no_such_run;
    case journal::AmendVerdict::amended:
    case journal::AmendVerdict::moved_on:
      break;
  }
  return Redefinition::accepted;
}

journal::Amendment amendment_of(const StoredRun& run, const Agent& agent, std::string by, WallTime now) {
  const auto& checkpoint = run.checkpoint;
  journal::Amendment amendment{run.row.id, checkpoint.last_seq, {}};
  amendment.entries.push_back(
      {checkpoint.last_seq + 1, now, checkpoint.elapsed, journal::Redefined{to_json(agent), std::move(by)}});
  return amendment;
}

// Nothing: the run took a step meanwhile.
Task<std::optional<Redefinition>> try_to_upgrade(const Executor& executor, journal::JournalStore& store, RunId id,
                                                 Agent agent, std::string by, DryRun dry_run) {
  TaskContext context = co_await this_task();
  auto run = co_await read_stored_run(store, id);
  if (!run) co_return Redefinition{Redefinition::no_such_run};
  if (is_terminal(run->row.status)) co_return Redefinition{Redefinition::ended, run->row.status};
  agent = executor.as_admitted(id, run->checkpoint.admitted, for_run(std::move(agent), run->agent));
  auto redefinition = plan(*run, agent);
  if (redefinition != Redefinition::accepted) co_return redefinition;
  if (co_await is_driven_now(store, id))
    redefinition.what = Redefinition::driven;
  else if (co_await has_answers(store, id))
    redefinition.what = Redefinition::answers_waiting;
  if (redefinition != Redefinition::accepted || dry_run == DryRun::yes) co_return redefinition;
  auto amendment = amendment_of(*run, agent, std::move(by), context.strand->loop().clock().wall());
  auto verdict = co_await store.amend(std::move(amendment));
  if (verdict == journal::AmendVerdict::moved_on) co_return std::nullopt;
  redefinition.what = what_of(verdict);
  co_return redefinition;
}

}  // namespace

Task<Redefinition> upgrade_run(const Executor& executor, journal::JournalStore& store, RunId run, Agent agent,
                               std::string by, DryRun dry_run) {
  for (;;) {
    auto redefinition = co_await try_to_upgrade(executor, store, run, agent, by, dry_run);
    if (redefinition) co_return std::move(*redefinition);
  }
}

}  // namespace executus
