// The runs that end with one that is cancelled.
#pragma once

#include <vector>

#include "cli/session.hpp"

namespace executus::cli {

// Those below `run`, at any depth, that have not ended; not those below a run that ended well, since such an end leaves
// them alone. A parent comes before its children.
[[nodiscard]] std::vector<journal::RunRow> runs_that_end_with(Session& session, const RunId& run);

}  // namespace executus::cli
