// Whether the skill packs that were brought can be used.
#pragma once

#include "cli/commands/project/finding.hpp"
#include "cli/context/command_context.hpp"

namespace executus::cli {

// Loads each. A SKILL.md that is broken is a fact; what keeps runs from their packs is a problem.
[[nodiscard]] Finding check_packs(CommandContext& context);

}  // namespace executus::cli
