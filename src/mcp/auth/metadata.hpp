// What servers say about logins at them, read and checked (RFC 9728, RFC 8414). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/result.hpp>

namespace executus::mcp {

struct ResourceMetadata {
  std::string resource = {};
  std::vector<std::string> issuers = {};  // one at least
  std::vector<std::string> scopes = {};   // that it knows
};

// Of the server at `url`. Error mcp.auth_metadata: it cannot be read, or is that of another resource.
[[nodiscard]] Result<ResourceMetadata> read_resource_metadata(std::string_view json, std::string_view url);

struct IssuerMetadata {
  std::string issuer = {};
  std::string authorization_endpoint = {};
  std::string token_endpoint = {};
  std::string registration_endpoint = {};  // empty: clients cannot register themselves
  std::vector<std::string> scopes = {};
  std::vector<std::string> token_auth_methods = {};
  bool takes_client_id_urls = false;  // client_id_metadata_document_supported
  bool names_itself = false;          // its answers have `iss`
};

// Of the authorization server that is called `issuer`, letter for letter. Error mcp.auth_metadata; mcp.auth_pkce: it
// does not say that it takes PKCE with S256, without which a login is not safe.
[[nodiscard]] Result<IssuerMetadata> read_issuer_metadata(std::string_view json, std::string_view issuer);

}  // namespace executus::mcp
