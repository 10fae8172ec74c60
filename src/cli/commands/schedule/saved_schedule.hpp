// The schedules of saved agents, as a caller sees them: those of agents that it sees. It changes its own alone.
#pragma once

#include <string>
#include <vector>

#include <executus/runtime/schedules.hpp>

#include "cli/context/command_context.hpp"

namespace executus::cli {

// Leaves those that the caller sees, besides all that are of no saved agent.
void leave_seen(CommandContext& context, std::vector<schedule::Job>& jobs);

// Throws Error schedule.unknown when the caller does not see it, and schedule.owner when it is another's.
void require_own(CommandContext& context, const std::string& schedule);

// What a person means: a schedule "saved/OWNER/NAME", or an agent as load_agent() finds it. A saved one has its owner
// as the caller and the name of its schedule. Throws as load_agent() and scheduled_of() do, and schedule.unknown.
[[nodiscard]] ScheduledAgent scheduled_named(CommandContext& context, const std::string& name);

}  // namespace executus::cli
