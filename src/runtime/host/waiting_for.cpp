#include "runtime/host/waiting_for.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <executus/async/timing.hpp>
#include <executus/run/recovery.hpp>
#include <executus/run/run_tree.hpp>
#include <executus/run/standing.hpp>
#include <executus/run/stored_run.hpp>

#include "run/recovery/due_below.hpp"
#include "runtime/events/run_unknown.hpp"

namespace executus::host {
namespace {

constexpr Milliseconds kLook{250};  // at a run of another process

// Whether a recovery of the run would take up anything: it, or runs below it that it waits for.
Task<bool> is_due(journal::JournalStore& store, journal::RunRow row) {
  journal::RunFilter filter;
  filter.only = row.id;
  filter.limit = 1;
  auto due = co_await store.claimable(std::move(filter));
  std::set<RunId> seen{row.id};
  if (due.empty() && waits_for_child(row)) co_await run::add_due_below(store, row.id, due, seen);
  co_return !due.empty();
}

// Whether a living process drives it, or one of the runs below it that it waits for.
Task<bool> moves(journal::JournalStore& store, journal::RunRow row) {
  std::vector<RunId> running;
  if (row.status == RunStatus::running) running.push_back(row.id);
  if (waits_for_child(row))
    for (const auto& each : co_await store.below(row.id, kMostBelow))
      if (each.status == RunStatus::running) running.push_back(each.id);
  if (running.empty()) co_return false;
  auto count = running.size();
  auto undriven = co_await store.undriven(std::move(running));
  co_return undriven.size() < count;
}

// Whether it, or one of the runs below it that it waits for, would go on if it had a place.
Task<bool> waits_for_its_turn(journal::JournalStore& store, journal::RunRow row) {
  std::vector<journal::RunRow> rows;
  if (waits_for_child(row)) rows = co_await store.below(row.id, kMostBelow);
  rows.push_back(std::move(row));
  for (auto& each : rows) {
    bool is_open = each.status == RunStatus::queued || each.status == RunStatus::running;
    if (is_open && co_await store.limit_on(each.id)) co_return true;
  }
  co_return false;
}

// Nothing: the run is not as `row` says any more.
Task<std::optional<RunOutcome>> outcome_as_of(journal::JournalStore& store, journal::RunRow row) {
  auto stored = co_await read_stored_run(store, row.id);
  if (!stored) throw run_unknown(row.id);
  const auto& now = stored->row;
  bool same = now.status == row.status && now.epoch == row.epoch && now.last_seq == row.last_seq;
  if (!same && !is_terminal(now.status)) co_return std::nullopt;
  co_return outcome_of(*stored);
}

// Why a pass took nothing up here; nothing when it did, or when others were first.
std::optional<std::string> why_not(const std::vector<Recovered>& results) {
  std::optional<std::string> why;
  for (const auto& result : results) {
    if (result.missing.empty() && !result.untouched) return std::nullopt;
    if (why) continue;
    why = result.untouched
              ? "it is left for recovery: this process is stopping"
              : "run " + result.outcome.run_id.str() + " cannot go on in this process: " + result.missing.front();
  }
  return why;
}

Task<std::optional<std::string>> drive_here(Host& host, RunId run) {
  RecoverOptions only;
  only.ids = {std::move(run)};
  auto results = co_await recover_runs(host.runs(), host.executor(), host.store(), std::move(only));
  co_return why_not(results);
}

// The run as its store shows it, at rest. Driven here as long as it is due.
Task<RunOutcome> at_rest(Host& host, RunId run) {
  auto& store = host.store();
  for (;; co_await sleep_for(kLook)) {
    auto row = co_await store.find(run);
    if (!row) throw run_unknown(run);
    if (!is_terminal(row->status) && co_await waits_for_its_turn(store, *row)) continue;
    bool due = !is_terminal(row->status) && co_await is_due(store, *row);
    std::optional<std::string> why;
    if (due) {
      why = co_await drive_here(host, run);
      row = co_await store.find(run);
      if (!why || !row) continue;
    } else if (!is_terminal(row->status) && co_await moves(store, *row)) {
      continue;
    }
    auto outcome = co_await outcome_as_of(store, std::move(*row));
    if (!outcome) continue;
    if (why) outcome->reason = std::move(*why);
    co_return std::move(*outcome);
  }
}

// What the process that let go of it knew; nothing when the run goes on in its store.
Task<std::optional<RunOutcome>> outcome_here(Host& host, std::shared_ptr<LocalRun> local) {
  auto outcome = co_await LocalRun::outcome(local);
  if (!local->kept()) co_return outcome;
  if (!is_terminal(outcome.status)) co_return std::nullopt;
  auto row = co_await host.store().find(outcome.run_id);
  bool reopened = row && (!is_terminal(row->status) || row->attempts != outcome.attempts);
  if (reopened) co_return std::nullopt;
  co_return outcome;
}

}  // namespace

Task<RunOutcome> outcome_at_rest(Host& host, RunId run, std::shared_ptr<LocalRun> local) {
  if (!local) local = host.local_runs().find(run);
  if (local)
    if (auto outcome = co_await outcome_here(host, std::move(local))) co_return std::move(*outcome);
  co_return co_await at_rest(host, std::move(run));
}

}  // namespace executus::host
