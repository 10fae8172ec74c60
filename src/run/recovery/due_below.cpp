#include "run/recovery/due_below.hpp"

#include <utility>

#include <executus/run/standing.hpp>

#include "run/open/cancelled_above.hpp"

namespace executus::run {
namespace {

constexpr std::size_t kRunsAtOnce = 1'000;

journal::RunFilter children_of(const RunId& parent) {
  journal::RunFilter filter;
  filter.parent = parent.str();
  filter.limit = kRunsAtOnce;
  return filter;
}

// A store lists what is due from its beginning alone, so more is asked for until that is all.
Task<std::vector<journal::RunRow>> due_children(journal::JournalStore& store, RunId parent) {
  auto filter = children_of(parent);
  for (;; filter.limit *= 10) {
    auto rows = co_await store.claimable(filter);
    if (rows.size() < filter.limit) co_return rows;
  }
}

}  // namespace

bool leads_below(const journal::RunRow& row) { return waits_for_child(row) || is_terminal(row.status); }

Task<void> add_due_below(journal::JournalStore& store, RunId parent, std::vector<journal::RunRow>& rows,
                         std::set<RunId>& seen) {
  for (auto& row : co_await due_children(store, parent))
    if (seen.insert(row.id).second) rows.push_back(std::move(row));
  auto filter = children_of(parent);
  for (bool is_more = true; is_more;) {
    auto page = co_await store.list(filter);
    is_more = page.size() == kRunsAtOnce;
    if (is_more) filter.after = journal::place_of(page.back());
    for (auto& row : page) {
      if (!stands_still(row.status) && !leads_below(row)) continue;
      if (!seen.insert(row.id).second) continue;
      if (co_await is_to_end(store, row))
        rows.push_back(std::move(row));
      else if (leads_below(row))
        co_await add_due_below(store, row.id, rows, seen);
    }
  }
}

}  // namespace executus::run
