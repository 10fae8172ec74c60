#include "runtime/host/waiting_for.hpp"

#include <algorithm>
#include <utility>

#include <executus/async/timing.hpp>
#include <executus/run/recovery.hpp>
#include <executus/run/run_tree.hpp>
#include <executus/run/standing.hpp>
#include <executus/run/stored_run.hpp>

#include "runtime/host/run_unknown.hpp"

namespace executus::host {
namespace {

constexpr Milliseconds kLook{250};  // at a run of another process

bool waits_for_child(const journal::RunRow& row) {
  return row.status == RunStatus::waiting && row.reason == to_string(WaitReason::child);
}

Task<bool> is_due(journal::JournalStore& store, RunId run) {
  journal::RunFilter filter;
  filter.only = std::move(run);
  filter.limit = 1;
  auto due = co_await store.claimable(std::move(filter));
  co_return !due.empty();
}

// due: it can go on, and nobody drives it. moving: a living process drives it, or one it waits for.
enum class Motion { due, moving, at_rest };

Task<Motion> motion_of(journal::JournalStore& store, journal::RunRow row) {
  if (co_await is_due(store, row.id)) co_return Motion::due;
  if (co_await is_driven(store, row)) co_return Motion::moving;
  co_return Motion::at_rest;
}

// Of a run that waits for a child: as the one below it that comes first moves.
Task<Motion> motion_of_family(journal::JournalStore& store, journal::RunRow row) {
  auto motion = co_await motion_of(store, row);
  if (!waits_for_child(row) || motion != Motion::at_rest) co_return motion;
  auto below = co_await store.below(row.id, kMostBelow);
  for (auto& each : below) {
    if (is_terminal(each.status)) continue;
    motion = co_await motion_of(store, std::move(each));
    if (motion != Motion::at_rest) break;
  }
  co_return motion;
}

Task<RunOutcome> outcome_stored(journal::JournalStore& store, RunId run) {
  auto stored = co_await read_stored_run(store, run);
  if (!stored) throw run_unknown(run);
  co_return outcome_of(*stored);
}

// Nothing: go on looking. An outcome: this process cannot bring the run further.
Task<std::optional<RunOutcome>> drive_here(Host& host, RunId run) {
  RecoverOptions only;
  only.ids = {run};
  auto results = co_await recover_runs(host.runs(), host.executor(), host.store(), std::move(only));
  for (auto& result : results) {
    if (result.outcome.run_id != run) continue;
    auto& outcome = result.outcome;
    if (!result.missing.empty()) outcome.reason = "this process lacks " + result.missing.front();
    bool waits = outcome.status == RunStatus::waiting;
    co_return waits ? std::nullopt : std::optional(std::move(outcome));
  }
  co_return std::nullopt;
}

}  // namespace

Task<RunOutcome> outcome_at_rest(Host& host, RunId run, std::shared_ptr<LocalRun> local) {
  if (!local) local = host.local_runs().find(run);
  if (local) {
    auto outcome = co_await LocalRun::outcome(local);
    if (is_terminal(outcome.status) || !local->kept()) co_return outcome;
  }
  auto& store = host.store();
  for (;; co_await sleep_for(kLook)) {
    auto row = co_await store.find(run);
    if (!row) throw run_unknown(run);
    auto motion = is_terminal(row->status) ? Motion::at_rest : co_await motion_of_family(store, std::move(*row));
    if (motion == Motion::at_rest) co_return co_await outcome_stored(store, run);
    if (motion == Motion::moving) continue;
    if (auto outcome = co_await drive_here(host, run)) co_return std::move(*outcome);
  }
}

}  // namespace executus::host
