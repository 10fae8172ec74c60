// An agent file and what is wrong with it, as `agents list` and `agents validate` show it.
#pragma once

#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "cli/context/agent_lookup.hpp"

namespace executus::cli {

struct Checked {
  std::string file;
  std::optional<AgentFile> agent;  // nothing: the file is invalid
  Diagnostics said;
};

[[nodiscard]] Checked check_agent(const AgentLibrary& library, const std::string& file);

[[nodiscard]] boost::json::object checked_json(const Checked& checked);

}  // namespace executus::cli
