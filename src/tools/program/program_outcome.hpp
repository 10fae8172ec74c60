// From the end of a program to the outcome of its call. Pure.
#pragma once

#include <string>

#include <executus/base/clock.hpp>
#include <executus/tool/tool.hpp>

#include "base/secrets/secrets.hpp"
#include "tools/program/program.hpp"

namespace executus::tools {

// How much of a program's output is shown where it is no result: the last characters of each output.
inline constexpr std::size_t kShownOutput = 16'000;
inline constexpr std::size_t kShownErrors = 4'000;

// Exit code 0 is done, any other failed, both with what the program wrote; the outcome of a program that did not end by
// itself is unknown. `secrets` are masked.
[[nodiscard]] tool::Outcome outcome_of_program(const std::string& name, Milliseconds timeout, const ProgramEnd& end,
                                               const Secrets& secrets);

}  // namespace executus::tools
