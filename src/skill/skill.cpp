#include <utility>

#include <executus/skill/skill.hpp>

#include "saved/memory_store.hpp"

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

std::optional<Error> fault_of(const Skill& skill) {
  if (auto fault = saved::fault_of(skill.record, skill.definition)) return fault;
  auto flat = to_agent(skill);
  flat.id = skill.definition.agent.id;
  if (flat == skill.definition.agent) return std::nullopt;
  return failed("saved.malformed",
                "skill '" + flat.name + "' names agents, skills or phases, which a skill has not; save it as an agent");
}

std::vector<Skill> list_exposed(SkillStore& store, const std::string& person) {
  auto found = store.list_for(person);
  std::erase_if(found, [](const Skill& skill) { return !skill.definition.exposed; });
  return found;
}

std::unique_ptr<SkillStore> make_memory_store() { return std::make_unique<saved::MemoryStore<Skill>>(); }

}  // namespace executus::skill
