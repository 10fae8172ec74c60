// The run of a due time.
#pragma once

#include <executus/run/executor.hpp>
#include <executus/schedule/runner.hpp>

#include "runtime/schedules/declared_schedules.hpp"

namespace executus::host {

// Queued, with the prompt and inputs of the schedule, and what tells it from others.
[[nodiscard]] Invocation invocation_of(const ScheduledAgent& scheduled, const schedule::Order& order);

// Of a submission that was refused. Throws Error when it may not be later: the store is away, or there is no room.
[[nodiscard]] schedule::Refused refusal_of(const RunOutcome& outcome);

}  // namespace executus::host
