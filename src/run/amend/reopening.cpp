#include <optional>
#include <utility>

#include <executus/run/reopening.hpp>
#include <executus/run/stored_run.hpp>

#include "run/open/cancelled_above.hpp"
#include "run/record/journal_commands.hpp"

namespace executus {
namespace {

bool may_go_on(RunStatus status) { return status == RunStatus::error || status == RunStatus::timeout; }

// As it was sent.
journal::Command command_of(const journal::LeftSignal& left) {
  auto command = run::commands::signal(left.name, left.payload);
  command.at = left.at;
  return command;
}

journal::Amendment reopening_of(const StoredRun& run, const std::string& by, WallTime now) {
  const auto& checkpoint = run.checkpoint;
  journal::Amendment amendment{run.row.id, checkpoint.last_seq, {}};
  amendment.entries.push_back({checkpoint.last_seq + 1, now, checkpoint.elapsed, journal::Reopened{by}});
  if (!checkpoint.signals_left) return amendment;
  for (const auto& left : *checkpoint.signals_left) amendment.commands.push_back(command_of(*left.signal));
  return amendment;
}

// False: it changed meanwhile.
Task<bool> reopened(journal::JournalStore& store, StoredRun run, std::string by) {
  TaskContext context = co_await this_task();
  auto amendment = reopening_of(run, by, context.strand->loop().clock().wall());
  auto verdict = co_await store.amend(std::move(amendment));
  co_return verdict == journal::AmendVerdict::amended;
}

// An item of a map whose run failed has no result yet: the map stopped there, and is to have it made again.
bool is_to_go_on(const llm::CallRecord& call, RunStatus child) {
  return child == RunStatus::cancelled || (call.mapped && may_go_on(child));
}

// What the end of a run did to the runs that calls of its last batch wait for still, and which failed its map.
struct Below {
  std::vector<StoredRun> ended;  // deepest first
  std::vector<RunId> ending;     // they have not heard yet that they are
};

Task<void> look_below(journal::JournalStore& store, const StoredRun& run, Below& below) {
  for (const auto& call : run.checkpoint.conversation.open_batch()) {
    auto id = call.is_run && !is_settled(call.state) ? RunId::parse(call.key) : std::nullopt;
    if (!id) continue;
    auto row = co_await store.find(*id);
    if (!row) continue;
    if (co_await run::is_to_end(store, *row)) below.ending.push_back(*id);
    if (!is_to_go_on(call, row->status)) continue;
    auto child = co_await read_stored_run(store, *id);
    if (!child) continue;
    co_await look_below(store, *child, below);
    below.ended.push_back(std::move(*child));
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
  Below below;
  co_await look_below(store, *run, below);
  if (!below.ending.empty()) co_return Reopening{Reopening::ending_below, run->row.status, "", std::move(below.ending)};
  for (auto& child : below.ended) {
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
