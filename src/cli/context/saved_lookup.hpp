// Agents and skills that are saved in the database, as a caller sees them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/persona/persona.hpp>
#include <executus/skill/skill.hpp>

#include "cli/context/command_context.hpp"
#include "runtime/agent_file/agent_library.hpp"

namespace executus::cli {

// Calls `use` with the store of that kind.
template <class Use>
auto with_saved(CommandContext& context, DelegateKind kind, Use use) {
  if (kind == DelegateKind::skill) return use(context.runtime().saved_skills());
  return use(context.runtime().saved_agents());
}

// One of either kind.
struct SavedOne {
  saved::Record record;
  saved::Definition definition;
  Result<Agent> agent;  // that runs; an agent that names layers is an error here

  [[nodiscard]] const std::string& name() const { return definition.agent.name; }
  [[nodiscard]] std::string said() const;  // "triage, version 3 of ann"
};
[[nodiscard]] SavedOne saved_one(persona::Persona persona);
[[nodiscard]] SavedOne saved_one(skill::Skill skill);

// What `caller` sees under that name: its own, or else the only one that others let it see. Nothing: there is none, or
// no database. Throws Error config.agent when there are several, saved.unreadable, and store.*.
[[nodiscard]] std::optional<SavedOne> find_saved(CommandContext& context, DelegateKind kind, std::string_view name,
                                                 const std::string& caller);
[[nodiscard]] inline std::optional<SavedOne> find_saved(CommandContext& context, DelegateKind kind,
                                                        std::string_view name) {
  return find_saved(context, kind, name, context.caller());
}

// All that it sees, by name and owner, each read by itself.
using SavedRow = saved::Row<SavedOne>;
[[nodiscard]] std::vector<SavedRow> list_saved(CommandContext& context, DelegateKind kind, const std::string& caller);
[[nodiscard]] inline std::vector<SavedRow> list_saved(CommandContext& context, DelegateKind kind) {
  return list_saved(context, kind, context.caller());
}

// As its file says it, which is checked as files are; as it is kept when a program changed it. Throws Error
// config.agent.
[[nodiscard]] AgentFile file_of(const AgentLibrary& library, DelegateKind kind, const SavedOne& one);

}  // namespace executus::cli
