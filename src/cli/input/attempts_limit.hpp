// --max-attempts N|unlimited.
#pragma once

#include <optional>
#include <string>

namespace executus::cli {

// Nothing: unlimited. Throws Error cli.usage.
[[nodiscard]] std::optional<int> attempts_limit(const std::string& text);

}  // namespace executus::cli
