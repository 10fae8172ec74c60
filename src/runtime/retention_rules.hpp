// How long runs of agents are kept, by what the agents say.
#pragma once

#include <vector>

#include <executus/base/error.hpp>
#include <executus/persona/persona.hpp>
#include <executus/run/work.hpp>

#include "runtime/agent_file/agent_library.hpp"

namespace executus {

[[nodiscard]] std::vector<KeepRuns> retention_of(const KnownAgents& agents);

// Adds those of saved agents that no rule names yet. Of several of one name the longest counts: runs are known by the
// name of their agent alone. Runs of an agent that cannot be read stay; returns why, for each.
[[nodiscard]] std::vector<Error> add_saved(std::vector<KeepRuns>& rules, persona::PersonaStore& saved);

}  // namespace executus
