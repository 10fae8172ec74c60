// Where the state lives.
#pragma once

#include <string>

#include <executus/base/environment.hpp>

namespace executus {

// `explicit_path`, else EXECUTUS_DB, else $XDG_STATE_HOME/executus/executus.db, else
// ~/.local/state/executus/executus.db (XDG Base Directory Specification); empty when the environment names no place.
[[nodiscard]] inline std::string state_path(const std::string& explicit_path, const Environment& environment) {
  if (!explicit_path.empty()) return explicit_path;
  auto named = [&](const char* name) { return environment.get(name).value_or(""); };
  if (auto path = named("EXECUTUS_DB"); !path.empty()) return path;
  if (auto state = named("XDG_STATE_HOME"); !state.empty()) return state + "/executus/executus.db";
  if (auto home = named("HOME"); !home.empty()) return home + "/.local/state/executus/executus.db";
  return "";
}

}  // namespace executus
