#include "runtime/retention_rules.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace executus {

std::vector<KeepRuns> retention_of(const KnownAgents& agents) {
  std::vector<KeepRuns> rules;
  for (const auto& file : agents.files) rules.push_back({file.agent.name, file.keep_runs});
  return rules;
}

void add_saved(std::vector<KeepRuns>& rules, persona::PersonaStore& saved) {
  std::map<std::string, std::optional<Milliseconds>> longest;
  for (const auto& persona : saved.list()) {
    const auto& keep = persona.definition.keep_runs;
    auto [known, is_new] = longest.try_emplace(persona.definition.agent.name, keep);
    if (!is_new) known->second = keep && known->second ? std::optional(std::max(*keep, *known->second)) : std::nullopt;
  }
  for (const auto& [agent, keep] : longest)
    if (std::ranges::find(rules, agent, &KeepRuns::agent) == rules.end()) rules.push_back({agent, keep});
}

}  // namespace executus
