// Where a run is kept, so that it outlives this process.
#pragma once

#include <executus/run/executor.hpp>

namespace executus::run {

// A journal store counts attempts and puts a run that makes no progress in quarantine, where a person finds it; a place
// for snapshots has neither.
enum class Keeper { journal, snapshots };

// Whether its entries are written to the journal store of its host.
[[nodiscard]] inline bool is_kept(const Agent& agent, const Ports& ports) {
  return ports.journal && agent.durability != Durability::memory;
}

}  // namespace executus::run
