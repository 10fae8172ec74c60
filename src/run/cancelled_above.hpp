// Whether a run is to end because of a run above it.
#pragma once

#include <optional>

#include <executus/async/task.hpp>
#include <executus/journal/store.hpp>

namespace executus::run {

// The nearest run above `row` that is asked to cancel, or that ended otherwise than well: nobody waits for `row` any
// more, though the command that tells it so may not have come so far. Nothing: those above it go on, or there are none.
[[nodiscard]] Task<std::optional<RunId>> cancelled_above(journal::JournalStore& store, journal::RunRow row);

// Tells a run that is to be taken up that it is to end for that, so that it takes no further step.
[[nodiscard]] Task<void> take_over_cancel(journal::JournalStore& store, journal::RunRow row);

}  // namespace executus::run
