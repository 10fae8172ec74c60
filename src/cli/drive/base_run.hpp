// The run that a new one is to go on from.
#pragma once

#include <optional>
#include <string>

#include "cli/context/command_context.hpp"

namespace executus::cli {

struct BaseRun {
  RunId run;
  std::optional<RunOutcome> unfinished = {};  // it has not ended, and cannot be continued yet: how it stands
  std::optional<RunOutcome> finished = {};    // it was left, and was finished here
  RunId earlier = {};                         // the newest run that goes on from it already; empty: none
};

// `named`: as find_run() takes it; "@last" is the newest run of `agent` that a caller started. A run that was left is
// finished first, as `executus recover RUN` does; one that a worker drives is refused at once. Says what it does, and
// that a run was continued before. Throws Error cli.run, cli.continue, and journal.* where it cannot be read. While
// signals are watched (drive.hpp).
[[nodiscard]] BaseRun base_run(CommandContext& context, const std::string& named, const std::string& agent);

// The newest run, `except` aside, that goes on from `run`; empty: there is none.
[[nodiscard]] RunId earlier_continuation(CommandContext& context, const RunId& run, const RunId& except = {});

// "run R was continued before, by E; this goes on from it another way".
[[nodiscard]] std::string continued_before(const RunId& run, const RunId& earlier);

}  // namespace executus::cli
