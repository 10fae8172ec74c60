// The key `phases` of an agent file.
#pragma once

#include <string>
#include <vector>

#include "runtime/agent_file/reading.hpp"

namespace executus {

// After the tools, and what the agent delegates to. `own`: the names of the agent's tools.
void read_phases(Fields& fields, AgentFile& file, const std::vector<std::string>& own, const Reading& reading);

// What no phase can be told alone. Precondition: no fault was found in one.
void check_phases(Fields& fields, const Agent& agent, const std::vector<std::string>& own);

}  // namespace executus
