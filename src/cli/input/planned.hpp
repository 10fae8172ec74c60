// Commands and options that are announced for later versions: refused by name, not as misspellings.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace executus::cli {

// "`executus queue` is not in this version", or nothing. `words`: the arguments that are no options.
[[nodiscard]] std::optional<std::string> planned_command(const std::vector<std::string>& words);

}  // namespace executus::cli
