// The schedules of this project's agent files.
#pragma once

#include "cli/context/agent_lookup.hpp"

namespace executus::cli {

// Declares them, and warns of files in which something is wrong.
KnownAgents declare_project(CommandContext& context);

}  // namespace executus::cli
