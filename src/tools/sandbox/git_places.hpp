// Where git keeps what belongs to a folder. What an agent may have written there is not believed: a file or link that
// points elsewhere leads a sandbox nowhere unless what it points at points back.
#pragma once

#include <string>
#include <vector>

namespace executus::tools {

// Of the repository or worktree whose top is `root` or above it; empty: there is none.
[[nodiscard]] std::vector<std::string> git_places(const std::string& root);

}  // namespace executus::tools
