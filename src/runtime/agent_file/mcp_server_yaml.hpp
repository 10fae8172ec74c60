// The MCP servers that a file names (mcp_servers), as the stored declarations of Agent.
#pragma once

#include <string_view>

#include <boost/json/object.hpp>

#include <executus/base/environment.hpp>
#include <executus/run/agent.hpp>

#include "base/yaml/fields.hpp"
#include "run/definition/source_declaration.hpp"

namespace executus {

inline constexpr std::string_view kMcp = "mcp";  // the kind of such a declaration

// {"kind": "mcp", "name", "command" or "url", ...}: the keys of the file, durations as "..._ms"; what the file does not
// say is not there. Problems are reported to `fields`; the declaration is only of use when there were none.
// `environment`: what ${VAR} stand for here; null: not looked at.
[[nodiscard]] boost::json::object read_mcp_server(Fields& fields, const Environment* environment);

// Whether a name or glob of tools may name tools of a server that the agent declares.
[[nodiscard]] run::Names names_server_tools(const Agent& agent, std::string_view pattern);

}  // namespace executus
