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
  llm::CostSum cost;  // of the calls that this usage is of
  // With a status: when the run ended and why, as its last entry says; of a status that is no end, nothing.
  std::optional<WallTime> ended_at;
  std::string error_code;
  std::uint64_t definition = 0;  // the entry that holds the run's definition from then on; 0: as before
  std::string version;           // digest of that definition; empty: as before
  bool progress = false;         // a new response, outcome or applied command: the run is not stuck
};

[[nodiscard]] Projection project(std::span<const Entry> entries);

// SHA-256 of a definition as it is stored, in canonical JSON: equal ones have the same, whatever wrote them.
[[nodiscard]] std::string version_of(const boost::json::object& agent);

}  // namespace executus::journal
