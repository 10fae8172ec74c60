// Drives one run in this process and shows it: what `run` and `runs resume` share.
#pragma once

#include <functional>

#include "cli/output/exit_code.hpp"
#include "cli/session/session.hpp"

namespace executus::cli {

// Calls `begin` for the task of the run, drives it until it ends, waits or a signal interrupts it, and shows how it
// stands. Before the session's runtime exists: signals are blocked in all of its threads.
[[nodiscard]] Exit drive_and_show(Session& session, const std::function<Task<RunOutcome>()>& begin);

}  // namespace executus::cli
