#include <algorithm>

#include <executus/async/timing.hpp>
#include <executus/run/held_runs.hpp>

namespace executus {
namespace {

constexpr Milliseconds kHolderPoll{1'000};

bool has_moved_on(const journal::RunRow& then, const std::optional<journal::RunRow>& now) {
  return !now || now->epoch != then.epoch || now->last_seq != then.last_seq || now->status != then.status;
}

std::vector<RunId> ids_of(const std::vector<journal::RunRow>& rows) {
  std::vector<RunId> ids;
  for (const auto& row : rows) ids.push_back(row.id);
  return ids;
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
    auto undriven = co_await store.undriven(ids_of(held));
    if (!until) until = clock.mono() + journal::kLease;  // the store has watched the workers since before
    for (auto row = held.begin(); row != held.end();) {
      bool moved = has_moved_on(*row, co_await store.find(row->id));
      bool is_free = !moved && std::ranges::find(undriven, row->id) != undriven.end();
      if (is_free) free.push_back(row->id);
      row = moved || is_free ? held.erase(row) : row + 1;
    }
    if (last) break;
    if (!held.empty())
      co_await sleep_for(std::min(kHolderPoll, std::chrono::ceil<Milliseconds>(*until - clock.mono())));
  }
  co_return free;
}

}  // namespace executus
