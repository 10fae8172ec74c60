// What agent files say of schedules.
#pragma once

#include <string>

#include "runtime/agent_file/agent_library.hpp"
#include "runtime/schedules/declared_schedules.hpp"

namespace executus::host {

// Of a file with a schedule. Throws Error schedule.none, and config.deliver when it delivers to a target: this program
// knows none by name.
[[nodiscard]] ScheduledAgent scheduled_of(const AgentFile& file);

// Declares those with a schedule. `folder`, as an absolute path, is what declares them: of a project, the one that
// stays the same wherever in it a program begins. Throws what declaring throws, and Error config.deliver when
// one delivers to a target: this program knows none by name.
void declare_files(DeclaredSchedules& schedules, const std::string& folder, const KnownAgents& agents);

}  // namespace executus::host
