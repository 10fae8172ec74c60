// Agent files as what stores keep of them, and back.
#pragma once

#include <executus/runtime/agent_file.hpp>
#include <executus/saved/saved.hpp>

namespace executus {

// Without a source. `otherwise`: who sees it when the file does not say.
[[nodiscard]] saved::Definition definition_of(AgentFile file, tool::Visibility otherwise);

// What is kept of its file besides the source: keys that a definition has no place for are at their defaults.
[[nodiscard]] AgentFile file_of(saved::Definition definition);

}  // namespace executus
