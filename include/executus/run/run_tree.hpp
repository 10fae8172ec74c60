// A run with the runs below it.
#pragma once

#include <cstddef>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/journal/store.hpp>

namespace executus {

struct RunTree {
  journal::RunRow row;
  std::vector<RunTree> children = {};  // oldest first
};

struct Family {
  RunTree root;
  bool cut = false;  // there are more runs below it than were read
};

inline constexpr std::size_t kMostBelow = 100'000;

// One call of the store, however many there are: at most `most`, the oldest of them. Throws Error store.*.
[[nodiscard]] Task<Family> family_of(journal::JournalStore& store, journal::RunRow row, std::size_t most = kMostBelow);

// All of them, the root first, a parent before its children.
[[nodiscard]] std::vector<journal::RunRow> rows_of(const RunTree& root);

// Those below the root that have not ended, and end when it is cancelled: not those below a run that ended well, since
// such an end leaves them alone. A parent comes before its children.
[[nodiscard]] std::vector<journal::RunRow> runs_that_end_with(const RunTree& root);

}  // namespace executus
