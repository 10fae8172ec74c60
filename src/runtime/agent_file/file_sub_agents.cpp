#include "runtime/agent_file/file_sub_agents.hpp"

#include <utility>

namespace executus {

std::optional<AgentFile> FileSubAgents::find(DelegateKind kind, std::string_view name, std::string_view caller) {
  if (keep_ == Keep::nothing) return load_(kind, name, caller);
  std::lock_guard lock(mutex_);
  std::tuple key(kind, std::string(name), std::string(caller));
  if (auto known = known_.find(key); known != known_.end()) return known->second;
  return known_.emplace(std::move(key), load_(kind, name, caller)).first->second;
}

std::optional<SubAgent> FileSubAgents::skill(std::string_view name, std::string_view caller) {
  auto file = find(DelegateKind::skill, name, caller);
  if (!file) return std::nullopt;
  return SubAgent{std::move(file->agent), std::move(file->inputs_schema)};
}

std::optional<SubAgent> FileSubAgents::agent(std::string_view name, std::string_view caller) {
  auto file = find(DelegateKind::agent, name, caller);
  if (!file) return std::nullopt;
  (void)apply_inputs(*file, {}).value();  // it is given none: its prompt says so
  return SubAgent{std::move(file->agent), {}};
}

}  // namespace executus
