// From what a person types to the run that is meant.
#pragma once

#include <string>
#include <vector>

#include "cli/context/command_context.hpp"

namespace executus::cli {

// A run id, a unique prefix of one, or "@last" (the newest run that a caller started, no delegate; with an `agent`, of
// that one).
// Throws Error cli.run when that is no run, or more than one;
// the message lists the candidates.
[[nodiscard]] RunId find_run(CommandContext& context, const std::string& named, const std::string& agent = "");

// The agents of the newest runs, each once: to suggest one for a name that is misspelt.
[[nodiscard]] std::vector<std::string> agents_with_runs(CommandContext& context);

// A line for a list that is empty: "no runs", with the agent that was asked for, which may be a misspelling.
[[nodiscard]] std::string no_runs(CommandContext& context, const std::string& agent);

// The Error cli.run of a run that does not exist.
[[nodiscard]] Error no_such_run(const RunId& run);

// Its row. Throws Error cli.run when it is gone meanwhile.
[[nodiscard]] journal::RunRow find_row(CommandContext& context, const RunId& run);

// Whether a living worker drives the run, so that a recovery would leave it alone.
[[nodiscard]] bool is_driven(CommandContext& context, const journal::RunRow& row);

}  // namespace executus::cli
