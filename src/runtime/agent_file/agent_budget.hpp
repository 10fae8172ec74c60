// The key `budget` of an agent file.
#pragma once

#include <executus/run/agent.hpp>

#include "base/yaml/fields.hpp"
#include "runtime/agent_file/agent_file.hpp"

namespace executus {

// After the models of the agent were read. Warns of a model without a price where money is limited.
void read_budget(Fields& fields, Agent& agent, const KnownNames& known);

}  // namespace executus
