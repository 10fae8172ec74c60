// What a batch of entries changes in its run's row. Stores apply it inside the append, so the row is never ahead of the
// journal nor behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <executus/journal/entry.hpp>

namespace executus::journal {

struct Projection {
  std::optional<RunStatus> status;
  std::string reason;                // of `waiting`; "" otherwise
  std::optional<WallTime> wake_at;   // only with status waiting
  std::vector<std::string> signals;  // likewise: names of those it waits for
  int steps = 0;                     // responses in the batch
  llm::Usage usage;
  std::uint64_t definition = 0;  // the entry that holds the run's definition from then on; 0: as before
  bool progress = false;         // a new response, outcome or applied command: the run is not stuck
};

[[nodiscard]] Projection project(std::span<const Entry> entries);

// How often a process had taken the run up before its journal began; `first` is the journal's first entry.
[[nodiscard]] int attempts_before(const Entry& first);

}  // namespace executus::journal
