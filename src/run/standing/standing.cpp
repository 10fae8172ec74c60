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

namespace {

// As what follows the reason: " paid, shipped until 2026-01-31T09:00:00.000Z".
std::string what_it_waits_for(const journal::RunRow& row) {
  std::string text;
  for (const auto& name : row.signals) text += (text.empty() ? " " : ", ") + name;
  if (row.wake_at && row.status == RunStatus::waiting) text += " until " + rfc3339(*row.wake_at);
  return text;
}

}  // namespace

std::string standing_of(const journal::RunRow& row, const std::set<RunId>& left) {
  std::string status(to_string(row.status));
  if (row.status == RunStatus::running && left.contains(row.id)) return status + " (left for recovery)";
  if (row.reason.empty()) return status;
  return status + " (" + row.reason + what_it_waits_for(row) + ")";
}

bool stands_still(RunStatus status) { return status == RunStatus::waiting || status == RunStatus::quarantined; }

bool waits_for_child(const journal::RunRow& row) {
  return row.status == RunStatus::waiting && row.reason == to_string(WaitReason::child);
}

// A row without a worker names a run that no process drove when the row was read.
bool is_driven(const journal::RunRow& row, const std::set<RunId>& left) {
  return row.status == RunStatus::running && !row.worker.empty() && !left.contains(row.id);
}

Task<bool> is_driven(journal::JournalStore& store, journal::RunRow row) {
  if (row.worker.empty()) co_return false;
  std::vector<journal::RunRow> rows{row};
  auto left = co_await left_for_recovery(store, std::move(rows));
  co_return is_driven(row, left);
}

}  // namespace executus
