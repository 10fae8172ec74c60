// The run that a new one is to go on from.
#pragma once

#include <optional>
#include <string>

#include "cli/context/command_context.hpp"

namespace executus::cli {

struct BaseRun {
  RunId run;
  std::optional<RunOutcome> unfinished = {};  // it has not ended, and cannot be continued yet: how it stands
};

// `named`: as find_run() takes it; "@last" is the newest run of `agent` that a caller started. A run that was left is
// finished first, as `executus recover RUN` does. Says what it does, and that a run was continued before. Throws Error
// cli.run, cli.continue, and journal.* where it cannot be read. While signals are watched (drive.hpp).
[[nodiscard]] BaseRun base_run(CommandContext& context, const std::string& named, const std::string& agent);

}  // namespace executus::cli
