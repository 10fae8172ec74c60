// The paths that a glob is of: one or a list of them, relative to the root. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <executus/base/error.hpp>

#include "tools/files/root_names.hpp"

namespace executus::tools {

[[nodiscard]] Error glob_error(std::string_view glob, std::string_view why);

// The globs of a list: parted by commas or bars outside of choices, or by blanks where each part is a pattern of names
// or paths ("*.c *.h"). Names have such characters, too: a list of one says that there is none.
[[nodiscard]] std::vector<std::string> globs_of_list(std::string_view glob);

// `glob` without parts that have no effect in a path (a//b, a/./b, "./" and the root's name at its beginning), also in
// choices; a slash at the end, a "." or nothing at all means everything below. Throws Error "tool.pattern" where a
// choice that repeats has a "." or begins with a slash that has no effect.
[[nodiscard]] std::string glob_below_root(std::string_view glob, const RootNames& root);

}  // namespace executus::tools
