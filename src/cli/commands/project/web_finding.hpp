// What the tools of the web have here.
#pragma once

#include "cli/commands/project/finding.hpp"
#include "cli/context/command_context.hpp"

namespace executus::cli {

// What `web` in executus.yaml names and is not there is a problem. That there is no search engine, and nothing that
// reads PDF, are facts: most agents need none.
[[nodiscard]] Finding check_web(CommandContext& context);

}  // namespace executus::cli
