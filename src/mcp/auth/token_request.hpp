// How a code or a refresh token becomes an access token (OAuth 2.1, RFC 8707). Pure.
#pragma once

#include <string>
#include <string_view>

#include <executus/base/clock.hpp>
#include <executus/base/result.hpp>
#include <executus/net/client/http_client.hpp>

#include "mcp/auth/authorization_request.hpp"
#include "mcp/auth/token.hpp"

namespace executus::mcp {

// A POST without its time limits.
[[nodiscard]] net::HttpRequest code_request(const AuthorizationRequest& login, const ClientIdentity& client,
                                            const std::string& code);
[[nodiscard]] net::HttpRequest refresh_request(const StoredToken& token);

// `token` with what the answer says. Error mcp.auth_refused, in the server's words; mcp.auth_dead: the code or the
// refresh token is of no use any more (invalid_grant).
[[nodiscard]] Result<StoredToken> with_answer(StoredToken token, int status, std::string_view body, WallTime now);

}  // namespace executus::mcp
