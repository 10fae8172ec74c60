// The end of a run that was asked to cancel and cannot be opened: from its journal alone. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include <executus/journal/checkpoint.hpp>
#include <executus/journal/store.hpp>

namespace executus::run {

// Calls with unknown outcomes are journaled as in doubt, and messages that no model heard as undelivered, as at every
// end. `inbox` is consumed with these entries. Throws when the stored agent is malformed.
[[nodiscard]] std::vector<journal::Entry> entries_of_cancelled(const journal::Checkpoint& checkpoint,
                                                               const std::vector<journal::Command>& inbox,
                                                               WallTime now);

}  // namespace executus::run
