#include "runtime/agent_file/file_sub_agents.hpp"

#include <utility>

namespace executus {

std::optional<AgentFile> FileSubAgents::find(DelegateKind kind, std::string_view name) {
  if (keep_ == Keep::nothing) return load_(kind, name);
  std::lock_guard lock(mutex_);
  std::pair key(kind, std::string(name));
  if (auto known = known_.find(key); known != known_.end()) return known->second;
  return known_.emplace(std::move(key), load_(kind, name)).first->second;
}

std::optional<SubAgent> FileSubAgents::skill(std::string_view name) {
  auto file = find(DelegateKind::skill, name);
  if (!file) return std::nullopt;
  return SubAgent{std::move(file->agent), std::move(file->inputs_schema)};
}

std::optional<SubAgent> FileSubAgents::agent(std::string_view name) {
  auto file = find(DelegateKind::agent, name);
  if (!file) return std::nullopt;
  (void)apply_inputs(*file, {}).value();  // it is given none: its prompt says so
  return SubAgent{std::move(file->agent), {}};
}

}  // namespace executus
