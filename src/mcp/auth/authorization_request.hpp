// The page that a person logs in on, and what it sends back (OAuth 2.1, RFC 8707, RFC 9207). Pure.
#pragma once

#include <string>
#include <string_view>

#include <executus/base/result.hpp>

#include "mcp/auth/metadata.hpp"

namespace executus::mcp {

struct AuthorizationRequest {
  IssuerMetadata issuer = {};
  std::string client_id = {};
  std::string redirect_uri = {};
  std::string state = {};     // only the page that this request opened knows it
  std::string verifier = {};  // of PKCE
  std::string scope = {};
  std::string resource = {};
};

// What the person's browser is to open.
[[nodiscard]] std::string authorization_url(const AuthorizationRequest& request);

// The code in the URL, or its query, that the browser was sent to. Error mcp.auth_answer: it does not answer this
// request, or comes from another authorization server; nothing of it is shown then. mcp.auth_refused: the login was
// refused, in the server's words.
[[nodiscard]] Result<std::string> authorization_code(std::string_view redirected_to,
                                                     const AuthorizationRequest& request);

}  // namespace executus::mcp
