// An agent file as a text that says the same wherever it lies: what a store keeps of it, and what is exported again.
#pragma once

#include <optional>
#include <string>

#include "runtime/agent_file/agent_library.hpp"

namespace executus {

struct PortableFile {
  AgentFile file;
  std::string text;
};

// Reads and checks a file as AgentLibrary::load() does. Its text is kept as it is, with comments, where it stands
// alone; else it is what the file and those it extends come to, with the prompt and the root in it. It was read again,
// and said the same. Nothing when there was an error.
[[nodiscard]] std::optional<PortableFile> load_portable(const AgentLibrary& library, const std::string& path,
                                                        DelegateKind as, Diagnostics& diagnostics);

}  // namespace executus
