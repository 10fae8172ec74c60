// A run's state, read from its journal.
#pragma once

#include <executus/journal/checkpoint.hpp>
#include <executus/journal/store.hpp>

namespace executus::run {

// Throws Error journal.malformed, journal.newer or journal.older when the journal cannot be read, store.* when the
// store cannot. Of a run that does not exist: a checkpoint without entries.
[[nodiscard]] Task<journal::Checkpoint> replayed(journal::JournalStore& store, RunId run);

}  // namespace executus::run
