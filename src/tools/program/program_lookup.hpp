// Which file a program's name means, and why one cannot be run, in words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <executus/base/result.hpp>

#include "tools/program/launch.hpp"

namespace executus::tools {

// What to execute in `directory`: a name with a '/' as it is; any other is looked up in the PATH of `environment`,
// whose relative entries are relative to `directory`. Error program.not_started.
[[nodiscard]] Result<std::string> find_program(const std::string& name, const std::string& directory,
                                               const std::vector<std::string>& environment);

// What a report of `not_started` means for that image.
[[nodiscard]] std::string why_not_started(const Report& report, const ProgramImage& image);

}  // namespace executus::tools
