// Stored runs as commands look at them: blocking, and a run that is not there is wrong use.
#pragma once

#include <optional>

#include <executus/run/stored_run.hpp>

#include "cli/context/command_context.hpp"

namespace executus::cli {

// Throws Error cli.run when there is no such run, journal.malformed, journal.newer or journal.older when it cannot be
// read.
[[nodiscard]] StoredRun load_run(CommandContext& context, const RunId& run);

// Nothing instead: for listings, where one run must not hide the others.
[[nodiscard]] std::optional<StoredRun> load_if_readable(CommandContext& context, const RunId& run);

// As a sentence about the run: "it is being cancelled".
[[nodiscard]] std::string why_given_up(const GivenUp& given_up);

}  // namespace executus::cli
