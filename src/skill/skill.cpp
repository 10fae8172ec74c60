#include <executus/skill/skill.hpp>

namespace executus::skill {

Agent to_agent(const Skill& skill) {
  Agent agent = skill.definition.agent;
  agent.id = skill.record.id;
  agent.skills.clear();
  agent.agents.clear();
  agent.sub_agents.clear();
  agent.phases.clear();
  return agent;
}

}  // namespace executus::skill
