// What of this machine every sandbox shows.
#pragma once

#include "tools/sandbox/bwrap_arguments.hpp"

namespace executus::tools {

// Looks at the file system.
[[nodiscard]] MachineLayout machine_layout();

// Whether files of the kernel can be written by this user, to whom a number of processes is no limit.
[[nodiscard]] bool is_root();

}  // namespace executus::tools
