// An agent's `output`, as a run asks for it.
#pragma once

#include <executus/run/agent.hpp>

namespace executus::run {

// Throws Error "submission.output" when no answer could ever be checked with it, or what stands in for the last phase's
// answer does not fit it.
void check_output(const Agent& agent);

}  // namespace executus::run
