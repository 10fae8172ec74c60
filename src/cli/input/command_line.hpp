// argv -> what was asked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/input/options.hpp"

namespace executus::cli {

struct CommandLine {
  Globals globals;
  std::optional<Command> command;  // nothing: only `text` is to be printed
  std::string text;                // help or version
};

// `arguments` without the program's name. Throws Error cli.usage.
[[nodiscard]] CommandLine parse_command_line(const std::vector<std::string>& arguments);

}  // namespace executus::cli
