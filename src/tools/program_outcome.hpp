// What the end of a program means for the call that it was: pure.
#pragma once

#include <string>

#include <executus/base/clock.hpp>
#include <executus/tool/tool.hpp>

#include "base/secrets.hpp"
#include "tools/program.hpp"

namespace executus::tools {

// So much of what a program wrote is shown where it is no result: of each output the end, in characters.
inline constexpr std::size_t kShownOutput = 16'000;
inline constexpr std::size_t kShownErrors = 4'000;

// Exit code 0 is done, any other failed, both with what the program wrote; of one that did not come to an end of its
// own nobody knows what it did. `secrets` are masked.
[[nodiscard]] tool::Outcome outcome_of_program(const std::string& name, Milliseconds timeout, const ProgramEnd& end,
                                               const Secrets& secrets);

}  // namespace executus::tools
