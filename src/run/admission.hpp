// What is stored of a run when it is admitted: its agent as resolved, who asked for it, and with what.
#pragma once

#include <executus/journal/store.hpp>
#include <executus/run/agent.hpp>
#include <executus/run/invocation.hpp>
#include <executus/tool/registry.hpp>

namespace executus::run {

[[nodiscard]] journal::Admission admission_for(const Agent& agent, const tool::Toolbox& toolbox,
                                               const Invocation& invocation, WallTime now);

}  // namespace executus::run
