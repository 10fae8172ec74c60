// How runs stand, for lists of them: a run whose row says `running` may have lost the process that drove it.
//
//   auto rows = co_await store.list(filter);
//   auto left = co_await executus::left_for_recovery(store, rows);
//   for (const auto& row : rows) print(row.id, executus::standing_of(row, left));
#pragma once

#include <set>
#include <string>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/journal/store.hpp>

namespace executus {

// Those of `rows` that say `running` and that no living worker drives: a recovery takes them up. One call of the store
// for all of them, and none where no row says `running`. Throws Error store.* when the store cannot be read.
[[nodiscard]] Task<std::set<RunId>> left_for_recovery(journal::JournalStore& store, std::vector<journal::RunRow> rows);

// The status with what there is to say of it: "ok", "waiting (approval)", "waiting (timer until
// 2026-01-31T09:00:00.000Z)", "running (left for recovery)". `left`: what
// left_for_recovery() said of rows that `row` was among.
[[nodiscard]] std::string standing_of(const journal::RunRow& row, const std::set<RunId>& left);

// Whether the run goes on only after a command, at its time, or when a run below it ends.
[[nodiscard]] bool stands_still(RunStatus status);

// Whether the run waits for runs below it.
[[nodiscard]] bool waits_for_child(const journal::RunRow& row);

// Whether a living worker drives the run, so that a recovery would leave it alone. `left` as above; without it the
// store is asked, with errors as above.
[[nodiscard]] bool is_driven(const journal::RunRow& row, const std::set<RunId>& left);
[[nodiscard]] Task<bool> is_driven(journal::JournalStore& store, journal::RunRow row);

}  // namespace executus
