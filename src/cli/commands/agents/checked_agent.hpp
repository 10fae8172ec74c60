// An agent or skill file and what is wrong with it, as `agents list` and `agents validate` show it.
#pragma once

#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "cli/context/agent_lookup.hpp"
#include "cli/input/options.hpp"

namespace executus::cli {

struct Checked {
  std::string file;
  std::optional<AgentFile> agent;  // nothing: the file is invalid
  Diagnostics said;
};

[[nodiscard]] Checked check_agent(const AgentLibrary& library, Noun noun, const std::string& file);

[[nodiscard]] inline DelegateKind kind_of(Noun noun) {
  return noun == Noun::skill ? DelegateKind::skill : DelegateKind::agent;
}
[[nodiscard]] inline const NamedFiles& files_of(const AgentLibrary& library, Noun noun) {
  return noun == Noun::skill ? library.skills() : library.agents();
}

[[nodiscard]] boost::json::object checked_json(const Checked& checked);

}  // namespace executus::cli
