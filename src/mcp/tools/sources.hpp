// The MCP servers that agents declare, as sources of tools.
#pragma once

#include <memory>

#include <executus/run/tool_sources.hpp>

#include "mcp/servers/server_pool.hpp"

namespace executus::mcp {

// Its destructor ends the servers and waits for that: never on a thread of the loop.
[[nodiscard]] std::unique_ptr<ToolSources> make_tool_sources(ServerPool::Parts parts);

}  // namespace executus::mcp
