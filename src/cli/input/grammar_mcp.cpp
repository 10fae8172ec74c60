// The commands below `executus mcp`.
#include "cli/input/grammar.hpp"

namespace executus::cli {

void Grammar::add_mcp() {
  auto login = std::make_shared<McpLogin>();
  auto& app = leaf(group("mcp", "Servers of the Model Context Protocol"), "login",
                   "Log in at a server; runs use the login from then on", login,
                   "  executus mcp login https://mcp.example.org/mcp\n"
                   "  executus mcp login https://mcp.example.org/mcp --client-id executus --port 8123");
  app.add_option("URL", login->url, "Of the server, as agent files have it")->required()->type_name("");
  text(app, "--client-id", login->client_id, "A client that was registered by hand at the authorization server", "ID");
  text(app, "--scopes", login->scopes, "What to ask for, with blanks between; default: as the server wants", "SCOPES");
  app.add_option("--port", login->port, "Of this machine, where the browser comes back to; default: a free one")
      ->type_name("PORT");
}

}  // namespace executus::cli
