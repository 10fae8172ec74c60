// Whether a run is kept in the host's journal.
#pragma once

#include <executus/run/executor.hpp>

namespace executus::run {

[[nodiscard]] inline bool is_kept(const Agent& agent, const Ports& ports) {
  return ports.journal && agent.durability != Durability::memory;
}

}  // namespace executus::run
