// --status STATUS, of lists of runs.
#pragma once

#include <string>
#include <vector>

#include <executus/journal/status.hpp>

namespace executus::cli {

// Throws Error cli.usage for one that is none, with those there are.
[[nodiscard]] std::vector<RunStatus> parse_statuses(const std::vector<std::string>& names);

}  // namespace executus::cli
