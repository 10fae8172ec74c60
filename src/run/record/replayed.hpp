// A run's state, read from its journal and those of the runs that it continues.
#pragma once

#include <executus/journal/checkpoint.hpp>
#include <executus/journal/store.hpp>

namespace executus::run {

// Throws Error journal.malformed, journal.newer or journal.older when the journal cannot be read, journal.base_missing
// when a run that it continues is not there any more, store.* when the store cannot. Of a run that does not exist: a
// checkpoint without entries.
[[nodiscard]] Task<journal::Checkpoint> replayed(journal::JournalStore& store, RunId run);

// The state of a run that another one continues, as that one refers to it. Throws as above; the message names the run.
[[nodiscard]] Task<journal::Checkpoint> replayed(journal::JournalStore& store, journal::Continued base);

}  // namespace executus::run
