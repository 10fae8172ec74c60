// The guard: one process for each executus process (each Runtime), which starts the wardens of all its programs. It
// outlives executus for as long as it takes to end the processes that were left running.
#pragma once

namespace executus::tools {

// The guard's main loop, in a process that was just forked from one with other threads: async-signal-safe. `control` is
// where launches come from; when that is closed, executus is gone.
[[noreturn]] void guard_programs(int control);

}  // namespace executus::tools
