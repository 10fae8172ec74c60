// The tool `web_fetch`: a page of the web as text.
#pragma once

#include <memory>

#include <executus/async/blocking_pool.hpp>
#include <executus/base/environment.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/tool/tool.hpp>
#include <executus/tools/web.hpp>

#include "tools/sandbox/sandbox.hpp"

namespace executus::tools {

// What web tools need; outlives them.
struct WebServices {
  net::HttpClient& http;
  const Environment& environment;
  BlockingPool& pool;          // makes text of pages
  Sandbox* sandbox = nullptr;  // null: no PDF is read
};

// Throws Error config.web.
[[nodiscard]] std::shared_ptr<tool::Tool> web_fetch_tool(WebServices services, const WebOptions& options = {});

}  // namespace executus::tools
