#include <executus/run/standing.hpp>

namespace executus {

Task<std::set<RunId>> left_for_recovery(journal::JournalStore& store, std::vector<journal::RunRow> rows) {
  std::vector<RunId> running;
  for (const auto& row : rows)
    if (row.status == RunStatus::running) running.push_back(row.id);
  if (running.empty()) co_return std::set<RunId>{};
  auto left = co_await store.undriven(std::move(running));
  co_return std::set<RunId>(left.begin(), left.end());
}

std::string standing_of(const journal::RunRow& row, const std::set<RunId>& left) {
  std::string status(to_string(row.status));
  if (row.status == RunStatus::running && left.contains(row.id)) return status + " (left for recovery)";
  return row.reason.empty() ? status : status + " (" + row.reason + ")";
}

// A row without a worker names a run that no process drove when the row was read.
Task<bool> is_driven(journal::JournalStore& store, journal::RunRow row) {
  if (row.status != RunStatus::running || row.worker.empty()) co_return false;
  std::vector<RunId> ids{row.id};
  auto left = co_await store.undriven(std::move(ids));
  co_return left.empty();
}

}  // namespace executus
