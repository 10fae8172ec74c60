// Agents that are values of another one (Agent::sub_agents).
#pragma once

#include <executus/run/agent.hpp>

namespace executus::run {

inline constexpr int kDeepestSubAgents = 16;  // levels; what is stored nests with them

// Each is to be a tool agent__NAME, at every depth. Throws Error submission.sub_agents, which names the one that
// cannot.
void check_sub_agents(const Agent& agent);

}  // namespace executus::run
