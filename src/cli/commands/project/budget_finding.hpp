// Of the budgets: which agents and callers have used theirs up, which agents cannot run since money is limited and a
// model of theirs has no price, and what runs hold that have ended or whose process died.
#pragma once

#include "cli/commands/project/finding.hpp"
#include "cli/context/command_context.hpp"

namespace executus::cli {

[[nodiscard]] Finding check_budgets(CommandContext& context);

}  // namespace executus::cli
