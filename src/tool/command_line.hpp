// A command line for sh as the commands it runs, for rules about them. Pure. Only what every sh reads alike is read:
// plain and quoted words, and what stands between commands. With anything that sh would replace, open or decide on
// (variables, substitutions, redirections, globs, groups, assignments, comments, its own words), nothing is known; nor
// of `git -c`, and of builtins such as `printf` and `test` with a word such as 'a[$(b)]', which some run.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace executus::tool {

using CommandWords = std::vector<std::string>;  // without their quotes; never empty

struct CommandLine {
  std::vector<CommandWords> commands;
  bool is_one = true;  // one command alone, not followed by any operator
};

// Nothing: it is not known what sh would run.
[[nodiscard]] std::optional<CommandLine> read_command_line(std::string_view text);

// Whether the first word names a program whose purpose is to run others (sh, env, xargs, python, ...), so that more is
// run than its words say.
[[nodiscard]] bool runs_others(const CommandWords& command);

}  // namespace executus::tool
