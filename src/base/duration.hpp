// Durations as people write them in files and flags.
#pragma once

#include <string>
#include <string_view>

#include <executus/base/clock.hpp>
#include <executus/base/result.hpp>

namespace executus {

// A whole number and one unit: 500ms, 60s, 5m, 2h, 30d. At most 36500d, so that adding it to any clock's now is safe.
// Error config.duration.
[[nodiscard]] Result<Milliseconds> parse_duration(std::string_view text);

// The shortest text that parse_duration reads as `duration`: "90s", "2h", "0s". Precondition: not negative.
[[nodiscard]] std::string format_duration(Milliseconds duration);

}  // namespace executus
