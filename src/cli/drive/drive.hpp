// Drives one run in this process and shows it: what `run` and `runs resume` share.
#pragma once

#include <functional>

#include "cli/context/command_context.hpp"
#include "cli/output/exit_code.hpp"

namespace executus::cli {

// Calls `drive`, which drives the run until it ends, waits or a signal interrupts it, and shows how it stands. Before
// the runtime of the context exists: signals are blocked in all of its threads.
[[nodiscard]] Exit drive_and_show(CommandContext& context, const std::function<RunOutcome()>& drive);

}  // namespace executus::cli
