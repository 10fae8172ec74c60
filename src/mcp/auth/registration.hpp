// A client that registers itself at an authorization server (RFC 7591). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <executus/base/result.hpp>

#include "mcp/auth/metadata.hpp"

namespace executus::mcp {

// How a client says who it is where it asks for tokens. Frozen names, those of OAuth.
enum class ClientAuth { none, client_secret_post, client_secret_basic };
[[nodiscard]] std::string_view to_string(ClientAuth method);

struct ClientIdentity {
  std::string id = {};
  std::string secret = {};  // empty: a public client
  ClientAuth method = ClientAuth::none;
  bool operator==(const ClientIdentity&) const = default;
};

// The way that the authorization server takes, of those that can be gone with or without a secret.
[[nodiscard]] ClientAuth auth_method(const IssuerMetadata& issuer, bool has_secret);

[[nodiscard]] std::string registration_body(const IssuerMetadata& issuer, const std::string& redirect_uri,
                                            const std::string& scope);

// Error mcp.auth_refused.
[[nodiscard]] Result<ClientIdentity> read_registration(int status, std::string_view body, const IssuerMetadata& issuer);

}  // namespace executus::mcp
