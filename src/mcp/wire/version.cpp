#include "mcp/wire/version.hpp"

#include "base/named.hpp"

namespace executus::mcp {

std::string_view to_string(Version version) {
  switch (version) {
    case Version::v2024_11_05:
      return "2024-11-05";
    case Version::v2025_03_26:
      return "2025-03-26";
    case Version::v2025_06_18:
      return "2025-06-18";
    case Version::v2025_11_25:
      return "2025-11-25";
    case Version::v2026_07_28:
      return "2026-07-28";
  }
  return "";
}

std::optional<Version> parse_version(std::string_view name) {
  using enum Version;
  return find_named(name, {v2024_11_05, v2025_03_26, v2025_06_18, v2025_11_25, v2026_07_28});
}

std::optional<Version> newest_common(std::span<const std::string> theirs) {
  std::optional<Version> newest;
  for (const auto& name : theirs)
    if (auto version = parse_version(name); version && (!newest || *version > *newest)) newest = version;
  return newest;
}

}  // namespace executus::mcp
