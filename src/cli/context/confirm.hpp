// Asks before something that cannot be taken back.
#pragma once

#include <string>

#include "cli/context/command_context.hpp"

namespace executus::cli {

// True at once with consent given (--yes), or when input or output is no terminal; else what the person answers.
enum class Consent { ask, given };
[[nodiscard]] bool confirm(const CommandContext& context, const std::string& question, Consent consent);

}  // namespace executus::cli
