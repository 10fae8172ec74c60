// A warden: the process that starts one program, says how it ended, and ends all that is left of its tree when the
// channel closes. It is the subreaper of that tree, so nothing leaves it, whatever session or parent it chooses.
#pragma once

#include "tools/program/launch.hpp"

namespace executus::tools {

// A warden's main function; called in a process of its own. Async-signal-safe.
[[noreturn]] void keep_program(const LaunchFds& fds);

}  // namespace executus::tools
