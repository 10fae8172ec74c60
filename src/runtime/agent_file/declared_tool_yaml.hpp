// The tools an agent file declares itself (http_tools, command_tools), as the stored declarations of Agent.
#pragma once

#include <boost/json/object.hpp>

#include <executus/base/environment.hpp>

#include "base/yaml/fields.hpp"

namespace executus {

// {"kind": "http", "name", "url", ...}: the keys of the agent file, durations as "..._ms". Problems are reported to
// `fields`; the declaration is only of use when there were none. `environment`: what ${VAR} stand for here; null:
// not looked at.
[[nodiscard]] boost::json::object read_http_tool(Fields& fields, const Environment* environment);
[[nodiscard]] boost::json::object read_command_tool(Fields& fields, const Environment* environment);

}  // namespace executus
