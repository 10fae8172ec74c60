#include "cli/commands/schedule/declared.hpp"

namespace executus::cli {

KnownAgents declare_project(CommandContext& context) {
  auto agents = agent_library(context).read_agents();
  if (!agents.errors.empty())
    context.warn("schedules of agent files in which something is wrong may be missing: " + agents.errors.front());
  try {
    declare_schedules(context, agents);
  } catch (const Error& error) {
    context.warn(error.message());
  }
  return agents;
}

}  // namespace executus::cli
