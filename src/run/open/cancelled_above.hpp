// Whether a run is to end because of a run above it.
#pragma once

#include <optional>

#include <executus/async/task.hpp>
#include <executus/journal/store.hpp>

namespace executus::run {

// The nearest run above `row` that is asked to cancel and has not ended yet: no parent waits for `row` any more.
// Nothing: there is none. An end that is well leaves the runs below it alone, so above it nothing counts. Every
// other end tells the runs below it in its own transaction, so it does not concern runs that were put there
// afterwards.
[[nodiscard]] Task<std::optional<RunId>> cancelled_above(journal::JournalStore& store, journal::RunRow row);

// Whether `row` takes no further step: it, or a run above it, is asked to cancel. Not of a run that has ended.
[[nodiscard]] Task<bool> is_to_end(journal::JournalStore& store, journal::RunRow row);

// Tells a run that it is to end for a run above it, so that it takes no further step. Precondition: this worker has
// claimed it, for the inbox of a run that others drive is theirs.
[[nodiscard]] Task<void> take_over_cancel(journal::JournalStore& store, journal::RunRow claimed);

}  // namespace executus::run
