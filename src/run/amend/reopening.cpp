#include <optional>
#include <utility>

#include <executus/run/reopening.hpp>
#include <executus/run/stored_run.hpp>

namespace executus {
namespace {

bool may_go_on(RunStatus status) { return status == RunStatus::error || status == RunStatus::timeout; }

journal::Amendment reopening_of(const StoredRun& run, const std::string& by, WallTime now) {
  const auto& checkpoint = run.checkpoint;
  journal::Amendment amendment{run.row.id, checkpoint.last_seq, {}};
  amendment.entries.push_back({checkpoint.last_seq + 1, now, checkpoint.elapsed, journal::Reopened{by}});
  return amendment;
}

// False: it changed meanwhile.
Task<bool> reopened(journal::JournalStore& store, StoredRun run, std::string by) {
  TaskContext context = co_await this_task();
  auto amendment = reopening_of(run, by, context.strand->loop().clock().wall());
  auto verdict = co_await store.amend(std::move(amendment));
  co_return verdict == journal::AmendVerdict::amended;
}

// The runs below that the end of `run` cancelled: calls of its last batch that wait for them still. Deepest first.
Task<void> add_cancelled_below(journal::JournalStore& store, const StoredRun& run, std::vector<StoredRun>& found) {
  for (const auto& call : run.checkpoint.conversation.open_batch()) {
    auto id = call.is_run && !is_settled(call.state) ? RunId::parse(call.key) : std::nullopt;
    if (!id) continue;
    auto child = co_await read_stored_run(store, *id);
    if (!child || child->row.status != RunStatus::cancelled) continue;
    co_await add_cancelled_below(store, *child, found);
    found.push_back(std::move(*child));
  }
}

Reopening refusal(const StoredRun& run) {
  bool ended = is_terminal(run.row.status);
  return {ended ? Reopening::ended_for_good : Reopening::not_ended, run.row.status};
}

// Nothing: the run changed meanwhile. The runs below come first: the parent finds them open when it goes on.
Task<std::optional<Reopening>> try_to_reopen(journal::JournalStore& store, RunId id, std::string by, DryRun dry_run) {
  auto run = co_await read_stored_run(store, std::move(id));
  if (!run) co_return Reopening{Reopening::no_such_run};
  if (!may_go_on(run->row.status)) co_return refusal(*run);
  Reopening reopening{Reopening::accepted, run->row.status};
  if (run->checkpoint.ended) reopening.error = run->checkpoint.ended->error;
  std::vector<StoredRun> below;
  co_await add_cancelled_below(store, *run, below);
  for (auto& child : below) {
    auto child_id = child.row.id;
    bool goes_on = dry_run == DryRun::yes || co_await reopened(store, std::move(child), by);
    if (goes_on) reopening.below.push_back(std::move(child_id));
  }
  if (dry_run == DryRun::yes || co_await reopened(store, std::move(*run), std::move(by))) co_return reopening;
  co_return std::nullopt;
}

}  // namespace

// A run that changes while it is ended was reopened by someone else, so the second look finds it open.
Task<Reopening> retry_run(journal::JournalStore& store, RunId run, std::string by, DryRun dry_run) {
  for (;;) {
    auto reopening = co_await try_to_reopen(store, run, by, dry_run);
    if (reopening) co_return std::move(*reopening);
  }
}

}  // namespace executus
