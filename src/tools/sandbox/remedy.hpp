// Why a sandbox cannot be made here, and what to do. Pure.
#pragma once

#include <string>
#include <string_view>

namespace executus::tools {

struct KernelSettings {
  bool apparmor_restricts = false;    // kernel.apparmor_restrict_unprivileged_userns, as Ubuntu 24.04 sets it
  bool namespaces_forbidden = false;  // user.max_user_namespaces is 0, or kernel.unprivileged_userns_clone is
  bool in_container = false;
};

// Of what bubblewrap wrote when it failed.
[[nodiscard]] std::string why_no_sandbox(std::string_view errors, const KernelSettings& kernel);

// Where there is no bubblewrap.
[[nodiscard]] std::string no_bubblewrap();

}  // namespace executus::tools
