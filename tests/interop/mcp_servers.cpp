#include "mcp_servers.hpp"

#include <filesystem>
#include <stdexcept>

namespace executus::interop {
namespace {

using Command = std::vector<std::string>;

const std::string kHome = EXECUTUS_INTEROP_HOME;
const std::string kPackages = kHome + "/node_modules/@modelcontextprotocol/";
const std::string kModern = EXECUTUS_INTEROP_FOLDER "/mcp_modern_server.cjs";

Command node(const std::string& program, Command arguments) {
  for (const auto& file : {kHome + "/node", program})
    if (!std::filesystem::exists(file))
      throw std::runtime_error(file + " is missing; run scripts/interop.sh, which installs it");
  Command command{kHome + "/node", program};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

}  // namespace

Command everything_server() { return node(kPackages + "server-everything/dist/index.js", {"stdio"}); }
Command everything_http_server() { return node(kPackages + "server-everything/dist/index.js", {"streamableHttp"}); }
Command filesystem_server(const std::string& folder) {
  return node(kPackages + "server-filesystem/dist/index.js", {folder});
}
Command memory_server() { return node(kPackages + "server-memory/dist/index.js", {}); }
Command modern_server() { return node(kModern, {kHome, "stdio"}); }
Command modern_http_server() { return node(kModern, {kHome, "http"}); }

}  // namespace executus::interop
