// From what a person calls an agent (a file, a name in agents/, that of a saved or a built-in one; the first of these
// that is there counts) to its definition.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context/command_context.hpp"
#include "runtime/agent_file/agent_library.hpp"

namespace executus::cli {

// The agents and skills of this project: agents/ and skills/ below the working directory, and beside executus.yaml.
// `models`: whom they are asked of; null: the runtime's.
[[nodiscard]] AgentLibrary agent_library(CommandContext& context, llm::ModelResolver* models = nullptr);

// The same with other folders in front, for what lies there together.
struct MoreFolders {
  std::vector<std::filesystem::path> agents = {}, skills = {};
};
[[nodiscard]] AgentLibrary agent_library_with(CommandContext& context, MoreFolders before,
                                              llm::ModelResolver* models = nullptr);

// The file of `agent`: itself when it looks like a path, else that of the library. Throws Error config.agent that says
// what there is.
[[nodiscard]] std::string agent_path(const AgentLibrary& library, const std::string& agent, DelegateKind kind);

// Loads it, also one that is saved. Its problems are the message of the Error (config.agent), one per line, as
// "file:line:col: error: ...".
[[nodiscard]] AgentFile load_agent(CommandContext& context, const std::string& agent,
                                   std::optional<DelegateKind> kind = {});

// The scheduled agent that a file describes, with the target of its runs' ends. Throws Error schedule.none, config.*.
[[nodiscard]] ScheduledAgent scheduled_of(CommandContext& context, AgentFile file);

// The same of a saved agent, whose names are looked up as its owner; how RuntimeOptions::schedules_saved is meant.
[[nodiscard]] ScheduledAgent scheduled_of(CommandContext& context, const persona::Persona& persona);

// Declares the schedules of those agents, for the workers of the runtime and for what asks about schedules. Throws
// Error config.* that says which could not be; the others are declared.
void declare_schedules(CommandContext& context, const KnownAgents& agents);

// An agent or skill of this project that a run of `caller` delegates to: a file, or a saved one that it sees. Nothing
// when there is none of that name. Throws Error config.* when its file is wrong.
[[nodiscard]] std::optional<AgentFile> find_delegate(CommandContext& context, DelegateKind kind, std::string_view name,
                                                     std::string_view caller);

}  // namespace executus::cli
