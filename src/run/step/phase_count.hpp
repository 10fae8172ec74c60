// Whether an agent's phases are those of its run. A run kept in a journal has the agent it was started with; a host
// that keeps snapshots brings the agent itself, and may have changed it.
#pragma once

#include <string>
#include <vector>

#include <executus/journal/checkpoint.hpp>
#include <executus/run/agent.hpp>

namespace executus::run {

// Throws Error "run.phases" when the record has more phases than the agent.
void require_phases(const std::string& agent, const std::vector<Phase>& phases, const journal::Checkpoint& record);

}  // namespace executus::run
