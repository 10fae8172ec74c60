// What a recovery pass says, on standard error, of the runs it left as they were.
#pragma once

#include <vector>

#include "cli/context/command_context.hpp"

namespace executus::cli {

[[nodiscard]] bool is_among(const std::vector<Recovered>& recovered, const RunId& run);

// Of a pass over everything: the runs that other workers hold. They are left to them, unless a worker is stopped, which
// a person has to tell.
void name_held(CommandContext& context, const RecoverOptions& wanted, const std::vector<Recovered>& recovered);

// Runs of a list that is shown in part.
struct Left {
  std::size_t count = 0;
  std::vector<journal::RunRow> first = {};  // some of them, the newest first
};

// The runs that wait and that this pass had nothing to do with; none for a pass over named runs.
[[nodiscard]] Left other_waiting(CommandContext& context, const RecoverOptions& wanted,
                                 const std::vector<Recovered>& recovered);

// What each of them waits for, and when it goes on by itself.
void name_waiting(const Left& waiting);

// The runs whose turn did not come before the pass was stopped.
void name_untouched(const std::vector<Recovered>& recovered);

}  // namespace executus::cli
