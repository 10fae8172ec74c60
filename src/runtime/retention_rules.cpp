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

std::vector<Error> add_saved(std::vector<KeepRuns>& rules, persona::PersonaStore& saved) {
  std::map<std::string, std::optional<Milliseconds>> longest;
  std::vector<Error> unreadable;
  for (const auto& row : saved.list_rows()) {
    if (!row.value.ok()) unreadable.push_back(row.value.error());
    auto keep = row.value.ok() ? row.value->definition.keep_runs : std::nullopt;
    auto [known, is_new] = longest.try_emplace(row.name, keep);
    if (!is_new) known->second = keep && known->second ? std::optional(std::max(*keep, *known->second)) : std::nullopt;
  }
  for (const auto& [agent, keep] : longest)
    if (std::ranges::find(rules, agent, &KeepRuns::agent) == rules.end()) rules.push_back({agent, keep});
  return unreadable;
}

}  // namespace executus
