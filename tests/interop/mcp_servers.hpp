// MCP servers that others wrote, as commands that start them on stdin and stdout.
#pragma once

#include <string>
#include <vector>

namespace executus::interop {

// Each throws std::runtime_error when it is not installed.
[[nodiscard]] std::vector<std::string> everything_server();  // speaks up to 2025-11-25
[[nodiscard]] std::vector<std::string> filesystem_server(const std::string& folder);
[[nodiscard]] std::vector<std::string> memory_server();
[[nodiscard]] std::vector<std::string> modern_server();  // mcp_modern_server.cjs: 2026-07-28

// The same over HTTP, on a port of their own. `everything` says on stderr that it listens, on PORT of its environment.
[[nodiscard]] std::vector<std::string> everything_http_server();
[[nodiscard]] std::vector<std::string> modern_http_server();

}  // namespace executus::interop
