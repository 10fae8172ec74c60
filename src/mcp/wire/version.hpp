// The versions of MCP that are spoken here.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace executus::mcp {

// In order of time. Frozen names, those of the protocol: they are stored with runs.
enum class Version { v2024_11_05, v2025_03_26, v2025_06_18, v2025_11_25, v2026_07_28 };

[[nodiscard]] std::string_view to_string(Version version);
[[nodiscard]] std::optional<Version> parse_version(std::string_view name);

// A modern version knows no session: each request says its version. The others begin with `initialize`.
[[nodiscard]] constexpr bool is_modern(Version version) { return version >= Version::v2026_07_28; }

inline constexpr Version kNewestModern = Version::v2026_07_28;
inline constexpr Version kNewestLegacy = Version::v2025_11_25;

// The newest of `theirs` that is known here; names that are not known count for nothing.
[[nodiscard]] std::optional<Version> newest_common(std::span<const std::string> theirs);

}  // namespace executus::mcp
