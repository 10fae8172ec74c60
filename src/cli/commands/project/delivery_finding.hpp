// Whether the ends of runs can be delivered.
#pragma once

#include "cli/commands/project/finding.hpp"
#include "cli/context/command_context.hpp"

namespace executus::cli {

// The targets that executus.yaml names, and what waits to be sent. Sends nothing.
[[nodiscard]] Finding check_deliveries(CommandContext& context);

}  // namespace executus::cli
