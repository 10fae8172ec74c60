// Prints how a driven run stands, and gives the exit code.
#pragma once

#include "cli/context/command_context.hpp"
#include "cli/output/exit_code.hpp"

namespace executus::cli {

enum class Answer { print, shown_already };

// driven_here: by this process, which drives it no more. as_stored: as the store has it, in whatever process it is
// driven.
enum class Origin { as_stored, driven_here };

// --json: the outcome. -q: the run id. Else the answer on stdout, and what else a person should know on stderr.
[[nodiscard]] Exit show_outcome(CommandContext& context, const RunOutcome& outcome, Answer answer,
                                Origin origin = Origin::as_stored);

// Of a run that was queued: its id, and who drives it. 0 once it is; of one that was there already as show_outcome().
[[nodiscard]] Exit show_queued(CommandContext& context, const RunOutcome& outcome);

// The message and the codes of a failure, as JSON on stdout when asked for, always for people on stderr.
void show_error(const Globals& globals, const Error& error) noexcept;

}  // namespace executus::cli
