// Runs that were named and that another worker holds.
#pragma once

#include <vector>

#include "cli/context/command_context.hpp"

namespace executus::cli {

// Takes up those of `wanted.ids` that a stopped worker holds: such a worker, which is not dead, is found out by its
// lease. `recovered`: what a recovery of them gave so far; what comes of this is added. Throws Cancelled when a signal
// ends the wait.
void take_up_from_stopped(CommandContext& context, RecoverOptions wanted, std::vector<Recovered>& recovered);

}  // namespace executus::cli
