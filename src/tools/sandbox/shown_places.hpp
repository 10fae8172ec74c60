// What of the files a sandbox shows beside the system's.
#pragma once

#include <string>
#include <vector>

#include "tools/sandbox/bwrap_arguments.hpp"

namespace executus::tools {

// The root and what the policy names. Throws Error "sandbox.place" for an entry that is not there, that passes a
// symbolic link (whoever can write there chooses what it means), or that is relative and leaves the root. `root` is
// absolute, without links.
[[nodiscard]] std::vector<ShownPlace> shown_places(const SandboxPolicy& policy, const std::string& root);

// In the order of their mounts: what lies in another comes after it. What is writable by that anyway is left out: a
// mount of its own would show what the program had put in its place. Pure.
[[nodiscard]] std::vector<ShownPlace> in_order_of_mounts(std::vector<ShownPlace> places);

[[nodiscard]] bool lies_in(const std::string& path, const std::string& folder);

}  // namespace executus::tools
