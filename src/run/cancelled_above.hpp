// Whether a run is to end because of a run above it.
#pragma once

#include <optional>

#include <executus/async/task.hpp>
#include <executus/journal/store.hpp>

namespace executus::run {

// The nearest run above `row` that is asked to cancel and has not ended yet: nobody waits for `row` any more. Nothing:
// there is none. A run that ended well left those below it to themselves, so nothing above that counts. The end of any
// other told those below it in its own transaction, so it says nothing of a run that was put below it afterwards.
[[nodiscard]] Task<std::optional<RunId>> cancelled_above(journal::JournalStore& store, journal::RunRow row);

// Whether `row` takes no further step: it, or a run above it, is asked to cancel. Not of a run that has ended.
[[nodiscard]] Task<bool> is_to_end(journal::JournalStore& store, journal::RunRow row);

// Tells a run that it is to end for a run above it, so that it takes no further step. Precondition: this worker has
// claimed it, for the inbox of a run that others drive is theirs.
[[nodiscard]] Task<void> take_over_cancel(journal::JournalStore& store, journal::RunRow claimed);

}  // namespace executus::run
