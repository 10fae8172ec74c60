// The path of the database that holds the state of all runs.
#pragma once

#include <filesystem>
#include <string>

#include <executus/base/environment.hpp>

namespace executus {

// `explicit_path`, else EXECUTUS_DB, else $XDG_STATE_HOME/executus/executus.db, else
// ~/.local/state/executus/executus.db; empty when the environment names no place. Relative paths in XDG_STATE_HOME and
// HOME count as not set (XDG Base Directory Specification): the state would lie wherever one happens to be.
[[nodiscard]] inline std::string state_path(const std::string& explicit_path, const Environment& environment) {
  if (!explicit_path.empty()) return explicit_path;
  auto named = [&](const char* name) { return environment.get(name).value_or(""); };
  if (auto path = named("EXECUTUS_DB"); !path.empty()) return path;
  if (auto state = named("XDG_STATE_HOME"); state.starts_with('/')) return state + "/executus/executus.db";
  if (auto home = named("HOME"); home.starts_with('/')) return home + "/.local/state/executus/executus.db";
  return "";
}

// Whether `path` does not exist. False also when the system cannot tell (no permission): then it may well exist.
[[nodiscard]] inline bool is_not_there(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::status(path, ignored).type() == std::filesystem::file_type::not_found;
}

}  // namespace executus
