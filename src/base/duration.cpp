#include "base/duration.hpp"

#include <charconv>
#include <cstdint>
#include <system_error>

#include "base/text.hpp"

namespace executus {
namespace {

struct DurationUnit {
  std::string_view name;
  std::int64_t ms;
};

constexpr DurationUnit duration_units[] = {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}};
constexpr std::int64_t longest_duration_ms = 36'500 * std::int64_t{86'400'000};

Error bad_duration(std::string_view text, const char* what) {
  return failed("config.duration", "'" + std::string(clip(text, 40)) + "' is no duration: " + what);
}

}  // namespace

Result<Milliseconds> parse_duration(std::string_view text) {
  constexpr char form[] = "expected a whole number and a unit (ms, s, m, h or d), such as 500ms, 60s, 5m, 2h or 30d";
  std::uint64_t count = 0;
  const char* end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, count);
  if (read.ec == std::errc::result_out_of_range) return bad_duration(text, "the longest is 36500d");
  if (read.ec != std::errc()) return bad_duration(text, form);
  std::string_view name(read.ptr, static_cast<std::size_t>(end - read.ptr));
  for (const DurationUnit& unit : duration_units) {
    if (unit.name != name) continue;
    if (count > static_cast<std::uint64_t>(longest_duration_ms / unit.ms))
      return bad_duration(text, "the longest is 36500d");
    return Milliseconds(static_cast<std::int64_t>(count) * unit.ms);
  }
  return bad_duration(text, form);
}

std::string format_duration(Milliseconds duration) {
  std::int64_t ms = duration.count();
  if (ms == 0) return "0s";
  for (const DurationUnit& unit : duration_units)
    if (ms % unit.ms == 0) return std::to_string(ms / unit.ms) + std::string(unit.name);
  return {};  // not reached: every number of milliseconds divides by 1
}

}  // namespace executus
