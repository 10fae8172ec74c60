// A core dump holds the process's environment and memory, and so every provider's key.
#pragma once

namespace executus::cli {

// No core dump of this process, and no process of its user (a command tool that an agent starts, say) reads its memory
// or environment through /proc. Programs it starts are as they always are. Nothing happens when EXECUTUS_CORE_DUMPS=1.
void forbid_core_dumps() noexcept;

}  // namespace executus::cli
