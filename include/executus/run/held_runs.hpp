// Runs that another worker holds, and how one that is stopped is told from one that lives: a stopped worker gives no
// sign of life for the length of its lease, as this process sees it. A recovery leaves such runs alone until then; a
// host that was told to go on with one of them waits first:
//
//   auto free = co_await executus::outlast_holders(store, std::move(held));
//   RecoverOptions options;
//   options.ids = free;
#pragma once

#include <vector>

#include <executus/async/task.hpp>
#include <executus/journal/store.hpp>

namespace executus {

// Whether the row names a worker that drives the run. That worker may be dead.
[[nodiscard]] bool is_held(const journal::RunRow& row);

// Waits until each of `held` can be taken up, or has moved on, at most journal::kLease. Returns those that can be taken
// up. `store` is the one that takes them up afterwards: it is the one that has watched their workers. Throws Cancelled,
// and Error store.* when the store cannot be read.
[[nodiscard]] Task<std::vector<RunId>> outlast_holders(journal::JournalStore& store, std::vector<journal::RunRow> held);

}  // namespace executus
