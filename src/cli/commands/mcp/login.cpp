#include <executus/async/blocking_pool.hpp>
#include <executus/async/root_group.hpp>
#include <executus/net/client/http_client.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/output/terminal.hpp"
#include "mcp/person_login.hpp"

namespace executus::cli {

Exit execute(CommandContext& context, const McpLogin& options) {
  auto loop = make_loop(1);
  auto http = net::make_http_client(*loop);
  BlockingPool pool(1);
  mcp::PersonLogin wish{.url = options.url, .client_id = options.client_id, .scopes = options.scopes};
  wish.port = options.port;
  wish.show = [](const std::string& url) {
    write_err("Open this page and agree there. The server chose it: look at its address first.\n\n" + url + "\n\n");
  };
  block_on(*loop, mcp::log_in({http.get(), &pool, &process_environment()}, std::move(wish)));
  if (context.globals().json)
    context.print_json(boost::json::object{{"server", options.url}, {"logged_in", true}});
  else
    context.print("logged in at " + options.url + "\n");
  return Exit::ok;
}

}  // namespace executus::cli
