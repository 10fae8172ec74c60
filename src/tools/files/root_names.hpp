// How a path that a model wrote reads below the root it may see. Compilers and logs print absolute paths, and models
// copy them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace executus::tools {

// The names of one directory, absolute: as it was given, and without the links in it.
using RootNames = std::vector<std::string>;

// `path` relative to the root, "." for the root itself, when it is absolute and lies below one of its names.
[[nodiscard]] std::optional<std::string> below_root(std::string_view path, const RootNames& names);

// What `path` may mean, likeliest first, relative to the root: "/x" and "./x" are also "x".
[[nodiscard]] std::vector<std::string> readings_of(std::string_view path, const RootNames& names);

// Whether `path` names what git keeps: its folder, or the file that stands for it in a worktree.
[[nodiscard]] bool is_git_metadata(std::string_view path);

}  // namespace executus::tools
