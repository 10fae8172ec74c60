// The key `schedule` of an agent file.
#pragma once

#include <executus/runtime/agent_file.hpp>

#include "base/yaml/fields.hpp"

namespace executus {

// After the inputs were read.
void read_schedule(Fields& fields, AgentFile& file);

}  // namespace executus
