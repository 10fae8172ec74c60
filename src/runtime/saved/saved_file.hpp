// Agent files as what stores keep of them, and back.
#pragma once

#include <executus/runtime/agent_file.hpp>
#include <executus/saved/saved.hpp>

#include "runtime/agent_file/agent_library.hpp"

namespace executus {

// Without a source. `otherwise`: who sees it when the file does not say.
[[nodiscard]] saved::Definition definition_of(AgentFile file, tool::Visibility otherwise);

// What is kept of its file besides the source: keys that a definition has no place for are at their defaults.
[[nodiscard]] AgentFile file_of(saved::Definition definition);

// As its source says it, which is checked as files are; as it is kept where it has none, or a program changed it since.
// `said`: what messages call it. Throws Error config.agent: a line for each problem.
[[nodiscard]] AgentFile file_of(const AgentLibrary& library, DelegateKind kind, const saved::Definition& definition,
                                const std::string& said);

}  // namespace executus
