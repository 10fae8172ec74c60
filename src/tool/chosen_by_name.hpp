// Tools that an agent has only where it names them: no glob selects them, since they run whatever a model writes, or
// send it out.
#pragma once

#include <string_view>

#include <executus/tool/tool.hpp>

namespace executus::tool {

inline constexpr std::string_view kShellKind = "shell";
inline constexpr std::string_view kOpenWebKind = "open_web";

[[nodiscard]] inline bool is_chosen_by_name(const ToolInfo& info) {
  return info.kind == kShellKind || info.kind == kOpenWebKind;
}

}  // namespace executus::tool
