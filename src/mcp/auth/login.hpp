// A person's login at an MCP server: what the server and its authorization server say is looked up, the person agrees
// on a page of theirs, and a token is had for it (OAuth 2.1 with PKCE, RFC 9728, RFC 8414, RFC 7591, RFC 8707).
#pragma once

#include <optional>
#include <string>

#include <executus/net/client/http_client.hpp>

#include "mcp/auth/browser.hpp"
#include "mcp/auth/challenge.hpp"
#include "mcp/auth/metadata.hpp"
#include "mcp/auth/token.hpp"

namespace executus::mcp {

struct LoginAt {
  std::string url = {};                           // of the server
  std::optional<BearerChallenge> challenge = {};  // of the request that it refused
  std::string client_id = {};                     // configured; empty: one is found
  std::string client_secret = {};
  std::string client_metadata_url = {};    // a client id that is a URL, for servers that take those
  std::string scopes = {};                 // configured; empty: as the server wants
  std::optional<StoredToken> before = {};  // the login that is not enough any more
};

struct LoginParts {
  net::HttpClient* http = nullptr;
  Browser* browser = nullptr;
  net::Network network = net::Network::public_only;  // of addresses that servers name
};

// Throws Error mcp.auth_*, and HttpError.
[[nodiscard]] Task<StoredToken> login(LoginParts parts, LoginAt at);

// Addresses that a server names may lie in a private network when its own does.
[[nodiscard]] net::Network network_of(const std::string& server_url);

}  // namespace executus::mcp
