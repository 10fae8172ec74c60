#include "run/worker/suspects.hpp"

#include <utility>

#include "run/record/backoff.hpp"

namespace executus::run {

Milliseconds backoff_after(int fruitless) {
  if (fruitless < kSuspectFrom) return Milliseconds(0);
  return doubled(kFirstBackoff, fruitless - kSuspectFrom + 1, kLongestBackoff);
}

bool is_backing_off(const journal::RunRow& row, WallTime now) {
  return row.updated <= now && now < row.updated + backoff_after(row.fruitless);
}

void Suspects::see(std::span<const journal::RunRow> due, MonoTime now) {
  std::map<RunId, MonoTime> since;
  for (const auto& row : due) {
    if (!is_suspect(row)) continue;
    auto known = since_.find(row.id);
    since.emplace(row.id, known == since_.end() ? now : known->second);
  }
  since_ = std::move(since);
}

bool Suspects::may_start(const journal::RunRow& row, bool one_is_new, MonoTime now) const {
  if (!is_suspect(row) || !one_is_new) return true;
  auto waits = since_.find(row.id);
  return waits != since_.end() && waits->second + kPatience <= now;
}

}  // namespace executus::run
