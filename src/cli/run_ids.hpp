// Which run a person means.
#pragma once

#include <string>

#include "cli/session.hpp"

namespace executus::cli {

// A run id, a unique prefix of one, or "@last" (the newest run). Throws Error cli.run when that is no run, or more than
// one; the message lists the candidates.
[[nodiscard]] RunId find_run(Session& session, const std::string& named);

// Its row. Throws Error cli.run when it is gone meanwhile.
[[nodiscard]] journal::RunRow find_row(Session& session, const RunId& run);

}  // namespace executus::cli
