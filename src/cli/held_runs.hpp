// Runs that another worker drives, and how one that is stopped is told from one that lives: it gives no sign of life
// for the length of its lease, as this process sees it.
#pragma once

#include <vector>

#include <executus/journal/store.hpp>

namespace executus::cli {

// Whether a worker is named as its driver. That worker may be dead.
[[nodiscard]] bool is_held(const journal::RunRow& row);

// Waits, for at most a lease, until each of `held` can be taken up, or moved on; those that can be taken up. `store` is
// the one that takes them up: it is what has watched. Throws Cancelled, and Error when the store cannot be read.
[[nodiscard]] Task<std::vector<RunId>> outlast_holders(journal::JournalStore& store, std::vector<journal::RunRow> held);

}  // namespace executus::cli
