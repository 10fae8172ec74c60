// A person logs in at an MCP server, and the login is kept.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <executus/async/blocking_pool.hpp>
#include <executus/base/environment.hpp>
#include <executus/net/client/http_client.hpp>

namespace executus::mcp {

struct PersonLogin {
  std::string url = {};  // of the server
  std::string client_id = {};
  std::string scopes = {};
  std::uint16_t port = 0;                                 // that the browser comes back to; 0: a free one
  Milliseconds patience{300'000};                         // for the person
  std::function<void(const std::string& url)> show = {};  // the page that the person is to open
};

struct PersonLoginParts {
  net::HttpClient* http = nullptr;
  BlockingPool* pool = nullptr;
  const Environment* environment = nullptr;
};

// Where it is kept is where the requests of runs look for it. Throws Error mcp.*: mcp.auth_answer when the person did
// not come back in time, mcp.refused when the server wants no login, mcp.auth_unsafe when it would be sent in clear.
[[nodiscard]] Task<void> log_in(PersonLoginParts parts, PersonLogin wish);

}  // namespace executus::mcp
