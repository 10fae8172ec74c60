// The end of a run that was asked to cancel and cannot be opened: from its journal alone.
#pragma once

#include <cstdint>
#include <vector>

#include <executus/journal/checkpoint.hpp>
#include <executus/journal/store.hpp>

namespace executus::run {

// Pure. Calls with unknown outcomes are journaled as in doubt, and messages that no model heard as undelivered, as at
// every end. `inbox` is consumed with these entries. Throws when the stored agent is malformed.
[[nodiscard]] std::vector<journal::Entry> entries_of_cancelled(const journal::Checkpoint& checkpoint,
                                                               const std::vector<journal::Command>& inbox,
                                                               WallTime now);

// Ends a claimed run so. False: no cancel command waits, or it cannot be done now.
[[nodiscard]] Task<bool> end_as_cancelled(journal::JournalStore& store, journal::RunRow claimed);

}  // namespace executus::run
