// Whether the entries of a run are written to the journal store of its host, so that they outlive this process.
#pragma once

#include <executus/run/executor.hpp>

namespace executus::run {

[[nodiscard]] inline bool is_kept(const Agent& agent, const Ports& ports) {
  return ports.journal && agent.durability != Durability::memory;
}

}  // namespace executus::run
