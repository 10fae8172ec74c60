// The runs below a run that a recovery of it takes up.
#pragma once

#include <set>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/journal/store.hpp>

namespace executus::run {

// Whether runs below this one may be due: it waits for them, or its end told them to end.
[[nodiscard]] bool leads_below(const journal::RunRow& row);

// Adds the runs below `parent`, at any depth and however many, that can go on, or are to end. `seen` keeps a damaged
// journal from leading round in circles: what is in it is not added, and what is added is put into it.
[[nodiscard]] Task<void> add_due_below(journal::JournalStore& store, RunId parent, std::vector<journal::RunRow>& rows,
                                       std::set<RunId>& seen);

}  // namespace executus::run
