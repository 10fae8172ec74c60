#include "cli/held_runs.hpp"

#include <algorithm>

#include <executus/async/timing.hpp>

#include "store/sqlite/liveness.hpp"

namespace executus::cli {
namespace {

constexpr Milliseconds kHolderPoll{1'000};

bool has_moved_on(const journal::RunRow& then, const std::optional<journal::RunRow>& now) {
  return !now || now->epoch != then.epoch || now->last_seq != then.last_seq || now->status != then.status;
}

}  // namespace

bool is_held(const journal::RunRow& row) { return row.status == RunStatus::running && !row.worker.empty(); }

Task<std::vector<RunId>> outlast_holders(journal::JournalStore& store, std::vector<journal::RunRow> held) {
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  std::vector<RunId> free;
  std::optional<MonoTime> until;
  while (!held.empty()) {
    bool last = until && clock.mono() >= *until;
    journal::RunFilter all;
    all.limit = 100'000;
    auto claimable = co_await store.claimable(std::move(all));
    if (!until) until = clock.mono() + sqlite::kLease;  // its holder has been watched since before
    for (auto row = held.begin(); row != held.end();) {
      bool is_free = std::ranges::find(claimable, row->id, &journal::RunRow::id) != claimable.end();
      if (is_free) free.push_back(row->id);
      bool decided = is_free || has_moved_on(*row, co_await store.find(row->id));
      row = decided ? held.erase(row) : row + 1;
    }
    if (last) break;
    if (!held.empty())
      co_await sleep_for(std::min(kHolderPoll, std::chrono::ceil<Milliseconds>(*until - clock.mono())));
  }
  co_return free;
}

}  // namespace executus::cli
