// What erasing would do, before anything of it is done.
#pragma once

#include <set>
#include <vector>

#include <executus/run/erasing.hpp>

namespace executus::run {

using Gone = std::set<RunId>;

// The run behind those below it: each comes after the ones that it has to wait for.
[[nodiscard]] Task<std::vector<RunId>> runs_to_erase(journal::JournalStore& store, RunId run,
                                                     EraseOptions::Below below);

// What becomes of erasing these runs in this order, when those in `gone` were erased before. Throws Error store.*.
[[nodiscard]] Task<Erasure> first_look(journal::JournalStore& store, std::vector<RunId> ids, const Gone& gone);

}  // namespace executus::run
