// What the declaration of a command tool may say, beyond its types: checked where agent files are read, so that it is
// reported with its place, and again where a tool is made.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace executus::tools {

inline constexpr std::string_view kKeyVariable = "EXECUTUS_IDEMPOTENCY_KEY";

// What is wrong with the name of a declared variable, in a sentence for its author; nothing when all is well.
[[nodiscard]] std::optional<std::string> variable_problem(std::string_view name);

}  // namespace executus::tools
