// What of this machine every sandbox shows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/sandbox/bwrap_arguments.hpp"

namespace executus::tools {

// Looks at the file system.
[[nodiscard]] MachineLayout machine_layout();

// The home folders of people and of root, without links; `home` is that of this process, if it has one.
[[nodiscard]] std::vector<std::string> home_folders(const std::optional<std::string>& home);

// Whether files of the kernel can be written by this user, to whom a number of processes is no limit.
[[nodiscard]] bool is_root();

}  // namespace executus::tools
