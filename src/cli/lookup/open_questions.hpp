// What a run that does not go on by itself asks of a person now: its calls without an answer, and those of the runs
// below it that it waits for.
#pragma once

#include <string>

#include "cli/lookup/run_state.hpp"
#include "cli/output/next_steps.hpp"

namespace executus::cli {

// The same as the commands speak of it.
[[nodiscard]] Stuck stuck_run(const RunState& state);

// Of a run in the database.
[[nodiscard]] Stuck open_questions(CommandContext& context, const journal::RunRow& row);

// Of a run as this process knows it. What the database tells counts, where there is one and it can be asked.
[[nodiscard]] Stuck open_questions(CommandContext& context, const RunOutcome& outcome);

// Of a run this process drove and drives no more. Where the store was away at the end, its row still names this
// process.
[[nodiscard]] Stuck questions_left(CommandContext& context, const RunOutcome& outcome);

}  // namespace executus::cli
