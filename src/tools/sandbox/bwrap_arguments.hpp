// From a policy to the arguments of bubblewrap. Pure: what there is of the machine is in MachineLayout.
//
// In view are the system's programs (read-only), the root, what the policy names, a /tmp of its own, and a /dev, /proc
// and host name of its own. Nothing else: no home, no /run, /var or /sys, and no network at all, so that no abstract
// socket leads out. A socket that is a file in a shown folder can be reached. The order of mounts counts: what comes
// later lies on top.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tools/sandbox/policy.hpp"

namespace executus::tools {

struct MachineLayout {
  std::vector<std::string> folders = {};                        // of the system: /usr, and what is no link
  std::vector<std::pair<std::string, std::string>> links = {};  // "/bin" to "usr/bin"
  std::vector<std::string> settings = {};                       // files and folders of /etc
  std::vector<std::string> guarded = {};                        // files of /proc that root could write to
};

struct ShownPlace {
  std::string path;  // absolute, without links
  bool writable = false;
  bool operator==(const ShownPlace&) const = default;
};

struct SandboxedPlace {
  std::string root;                              // absolute, without links; empty: none
  std::vector<ShownPlace> shown = {};            // the root too, in the order of their mounts (shown_places.hpp)
  std::vector<std::string> git = {};             // what git keeps of its repository (git_places.hpp): read-only
  std::vector<std::string> kept = {};            // below a writable place, and read-only: what executus obeys
  std::vector<std::string> hidden_files = {};    // below the root, not to be seen: executus's own
  std::vector<std::string> hidden_folders = {};  // likewise
};

// The variable that bubblewrap hands in for the one of that name.
[[nodiscard]] std::string carrier_of(const std::string& name);

// Without the program's name; bubblewrap is handed a filter of system calls (syscall_filter.hpp). `command` is run in
// `directory`, with the variables `names` (their carriers are in bubblewrap's environment).
[[nodiscard]] std::vector<std::string> bwrap_arguments(const SandboxPolicy& policy, const MachineLayout& machine,
                                                       const SandboxedPlace& place, const std::string& directory,
                                                       const std::vector<std::string>& names,
                                                       const std::vector<std::string>& command);

// Why these folders cannot be given to a program; "": they can. Neither the system nor a home folder may be.
[[nodiscard]] std::string problem_of(const SandboxedPlace& place, const std::vector<std::string>& homes);

}  // namespace executus::tools
