// The key `output` of an agent file: the form of an answer that is a value.
#pragma once

#include <string>
#include <vector>

#include <executus/run/agent.hpp>

#include "base/yaml/fields.hpp"

namespace executus {

// After the phases. `own`: the names of the agent's tools.
void read_output(Fields& fields, Agent& agent, const std::vector<std::string>& own);

// Of phases whose answer is a value. Precondition: the schemas are sound.
void check_fallbacks(Fields& fields, const Agent& agent);

}  // namespace executus
