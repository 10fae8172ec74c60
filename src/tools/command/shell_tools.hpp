// run_command, git_diff, git_log: what an agent that works on a project runs in it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/class.hpp>

#include <executus/base/environment.hpp>
#include <executus/tool/tool.hpp>

#include "tools/command/program_place.hpp"

namespace executus::tools {

struct RunCommandArgs {
  std::string command;
  std::optional<std::string> cwd;
  std::optional<int> timeout_seconds;
};
BOOST_DESCRIBE_STRUCT(RunCommandArgs, (), (command, cwd, timeout_seconds))

struct GitDiffArgs {
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::optional<bool> staged;
  std::optional<std::vector<std::string>> paths;
};
BOOST_DESCRIBE_STRUCT(GitDiffArgs, (), (from, to, staged, paths))

struct GitLogArgs {
  std::optional<std::string> revision;
  std::optional<int> max_count;
  std::optional<bool> patch;
  std::optional<std::vector<std::string>> paths;
};
BOOST_DESCRIBE_STRUCT(GitLogArgs, (), (revision, max_count, patch, paths))

[[nodiscard]] std::string_view describe_field(std::type_identity<RunCommandArgs>, std::string_view field);
[[nodiscard]] std::string_view describe_field(std::type_identity<GitDiffArgs>, std::string_view field);
[[nodiscard]] std::string_view describe_field(std::type_identity<GitLogArgs>, std::string_view field);

// The command lines of git. Pure; throw Error "tool.arguments" for a revision that is an option.
[[nodiscard]] std::vector<std::string> git_command(const GitDiffArgs& args);
[[nodiscard]] std::vector<std::string> git_command(const GitLogArgs& args);

// The tool of that name; null for another name. The git tools see the root read-only, whatever the policy says. What
// `place` refers to and `environment` outlive it.
[[nodiscard]] std::shared_ptr<tool::Tool> shell_tool(std::string_view name, ProgramPlace place,
                                                     const Environment& environment);

// All three.
[[nodiscard]] std::vector<std::shared_ptr<tool::Tool>> shell_tools(const ProgramPlace& place,
                                                                   const Environment& environment);

}  // namespace executus::tools
