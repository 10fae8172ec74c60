// Which bubblewrap makes the sandboxes. It runs outside of any, so nobody but root may be able to replace it.
#pragma once

#include <string>

#include <executus/base/environment.hpp>
#include <executus/base/result.hpp>

namespace executus::tools {

// Whether only root can change that file, or any folder on the way to it. `path` is absolute, without links.
[[nodiscard]] bool only_root_writes(const std::string& path);

// Of the PATH only /usr/bin, /bin and /usr/local/bin are looked at. Error "sandbox.unavailable" says what to do.
[[nodiscard]] Result<std::string> find_bubblewrap(const Environment& environment);

}  // namespace executus::tools
