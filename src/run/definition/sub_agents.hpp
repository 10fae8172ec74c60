// What delegation tools are called, and agents that are values of another one (Agent::sub_agents).
#pragma once

#include <string>
#include <string_view>

#include <executus/run/agent.hpp>

namespace executus::run {

inline constexpr std::string_view kAgentTool = "agent__", kSkillTool = "skill__";

[[nodiscard]] inline std::string tool_name_of(DefinedDelegate::Kind kind, const std::string& name) {
  return std::string(kind == DefinedDelegate::Kind::skill ? kSkillTool : kAgentTool) + name;
}
// Of the agent that a phase maps with.
[[nodiscard]] inline std::string tool_name_of(const MapItems& map) {
  return tool_name_of(DefinedDelegate::Kind::agent, map.agent);
}

inline constexpr int kDeepestSubAgents = 16;  // levels; what is stored nests with them

// Each is to be a tool agent__NAME, at every depth. Throws Error submission.sub_agents, which names the one that
// cannot.
void check_sub_agents(const Agent& agent);

}  // namespace executus::run
