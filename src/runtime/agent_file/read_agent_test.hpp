// An agent file from its text, with the names that stand in these tests.
#pragma once

#include <optional>
#include <string>

#include "runtime/agent_file/agent_file.hpp"

namespace executus {

inline const KnownNames kKnownToTests{{"git_diff", "glob", "grep", "now", "read_file", "run_command"},
                                      {"summarise", "researcher"}};

struct ReadAgent {
  std::optional<AgentFile> file;
  Diagnostics said;
};

inline ReadAgent read_agent(std::string_view text, const std::string& path = "a.yaml") {
  ReadAgent read;
  read.file = parse_agent_file(text, path, kKnownToTests, read.said);
  return read;
}

}  // namespace executus
