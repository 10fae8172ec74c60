#include "cli/input/since.hpp"

#include <executus/base/error.hpp>

#include "base/duration.hpp"

namespace executus::cli {

std::optional<WallTime> parse_moment(const std::string& text) {
  if (auto instant = parse_rfc3339(text)) return instant;
  return parse_rfc3339(text + "T00:00:00Z");
}

WallTime parse_since(const std::string& text, WallTime now, std::string_view option) {
  if (auto duration = parse_duration(text); duration.ok()) return now - *duration;
  if (auto moment = parse_moment(text)) return *moment;
  throw failed("cli.usage", std::string(option) + " '" + text +
                                "': expected a duration such as 2h or 30d, or a date such as "
                                "2026-01-31 or 2026-01-31T09:00:00Z");
}

}  // namespace executus::cli
