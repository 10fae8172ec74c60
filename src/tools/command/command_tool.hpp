// A tool that is a program: arguments as JSON on its standard input, the result from its standard output. How it is run
// and ended: program.hpp.
//
// Exit code 0 is done, any other failed; the outcome of a killed program is unknown. Secrets of its environment that it
// prints are masked (base/secrets/secrets.hpp).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <executus/base/environment.hpp>
#include <executus/tool/tool.hpp>

#include "tools/command/program_place.hpp"

namespace executus::tools {

struct CommandToolConfig {
  tool::ToolInfo info;
  std::vector<std::string> command;
  std::string cwd = ".";                   // below the run's root, or absolute
  std::map<std::string, std::string> env;  // in place of ours; values with ${VAR}, expanded at the call
  ProgramPlace place;                      // in a sandbox, or not
};

// What `place` refers to and `environment` outlive the tool. Throws Error tool.declared for what command_rules.hpp
// refuses.
[[nodiscard]] std::shared_ptr<tool::Tool> make_command_tool(CommandToolConfig config, const Environment& environment);

}  // namespace executus::tools
