// Times that people give.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <executus/base/clock.hpp>

namespace executus::cli {

// A day or an instant (2026-01-31, 2026-01-31T09:00:00Z); a day begins in UTC. Nothing: it is neither.
[[nodiscard]] std::optional<WallTime> parse_moment(const std::string& text);

// The value of `option`: a duration back from `now` (90m, 2h, 30d), or a moment. Throws Error cli.usage.
[[nodiscard]] WallTime parse_since(const std::string& text, WallTime now, std::string_view option = "--since");

}  // namespace executus::cli
