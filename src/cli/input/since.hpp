// The value of --since, which says from when on.
#pragma once

#include <string>

#include <executus/base/clock.hpp>

namespace executus::cli {

// A duration back from `now` (90m, 2h, 30d), or a day or instant in UTC (2026-01-31, 2026-01-31T09:00:00Z). Throws
// Error cli.usage.
[[nodiscard]] WallTime parse_since(const std::string& text, WallTime now);

}  // namespace executus::cli
