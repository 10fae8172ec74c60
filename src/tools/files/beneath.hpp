// Opening what lies beneath a folder: the kernel refuses every path that leads out of it (openat2, Linux 5.6).
#pragma once

#include <string>

namespace executus::tools {

enum class Links { followed, refused };

// A descriptor, or a negative errno: EXDEV where `path` leads out, ELOOP for a link that is refused. `flags` as of
// open(2); a FIFO does not block it, a terminal does not become its own.
[[nodiscard]] int open_beneath(int folder, const std::string& path, int flags, Links links);

}  // namespace executus::tools
