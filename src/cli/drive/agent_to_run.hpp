// The agent of a new run: its file, and what the command line says otherwise.
#pragma once

#include "cli/context/command_context.hpp"
#include "cli/input/options.hpp"

namespace executus::cli {

// The invocation gets the inputs, and where its end is delivered. Throws Error config.*.
[[nodiscard]] Agent agent_to_run(CommandContext& context, const AgentChoice& choice, Invocation& invocation);

}  // namespace executus::cli
