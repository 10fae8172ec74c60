// A tool that is a program: arguments as JSON on its standard input, the result from its standard output.
//
// It runs in a process group of its own, which is killed as a whole when time is up, the run is cancelled, or executus
// dies. Exit code 0 is done, any other failed; killed means that nobody knows what it did. Secrets of its environment
// that it prints are masked (base/secrets.hpp).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <executus/async/blocking_pool.hpp>
#include <executus/base/environment.hpp>
#include <executus/tool/tool.hpp>

namespace executus::tools {

struct CommandToolConfig {
  tool::ToolInfo info;
  std::vector<std::string> command;
  std::string cwd = ".";                   // below the run's root, or absolute
  std::map<std::string, std::string> env;  // values with ${VAR}, expanded at the call
};

// `pool` and `environment` outlive the tool. A running program occupies a thread of the pool.
[[nodiscard]] std::shared_ptr<tool::Tool> make_command_tool(CommandToolConfig config, BlockingPool& pool,
                                                            const Environment& environment);

}  // namespace executus::tools
