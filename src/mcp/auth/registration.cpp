#include "mcp/auth/registration.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/text.hpp"
#include "mcp/wire/fields.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;

constexpr std::array kMethods{ClientAuth::client_secret_basic, ClientAuth::client_secret_post, ClientAuth::none};

bool takes(const IssuerMetadata& issuer, ClientAuth method) {
  return std::ranges::find(issuer.token_auth_methods, to_string(method)) != issuer.token_auth_methods.end();
}

}  // namespace

std::string_view to_string(ClientAuth method) {
  switch (method) {
    case ClientAuth::client_secret_post:
      return "client_secret_post";
    case ClientAuth::client_secret_basic:
      return "client_secret_basic";
    case ClientAuth::none:
      break;
  }
  return "none";
}

ClientAuth auth_method(const IssuerMetadata& issuer, bool has_secret) {
  if (!has_secret) return ClientAuth::none;
  if (takes(issuer, ClientAuth::client_secret_basic) || !takes(issuer, ClientAuth::client_secret_post))
    return ClientAuth::client_secret_basic;
  return ClientAuth::client_secret_post;
}

// A client on a person's machine keeps no secret, so it has none where the server lets it.
std::string registration_body(const IssuerMetadata& issuer, const std::string& redirect_uri, const std::string& scope) {
  auto method = ClientAuth::none;
  if (!issuer.token_auth_methods.empty() && !takes(issuer, ClientAuth::none)) method = auth_method(issuer, true);
  json::object body{{"client_name", "executus"},
                    {"redirect_uris", json::array{redirect_uri}},
                    {"grant_types", json::array{"authorization_code", "refresh_token"}},
                    {"response_types", json::array{"code"}},
                    {"token_endpoint_auth_method", to_string(method)},
                    {"application_type", "native"}};
  if (!scope.empty()) body["scope"] = scope;
  return write_json(body);
}

Result<ClientIdentity> read_registration(int status, std::string_view body, const IssuerMetadata& issuer) {
  auto parsed = parse_json(body);
  const auto* object = parsed ? parsed->if_object() : nullptr;
  if ((status != 200 && status != 201) || !object || text_or(*object, "client_id").empty())
    return failed("mcp.auth_refused", "authorization server " + issuer.issuer + " did not register this client (HTTP " +
                                          std::to_string(status) + "): " + repair_utf8(clip(body, 200)) +
                                          "; register one by hand and configure its client_id");
  ClientIdentity identity{text_or(*object, "client_id"), text_or(*object, "client_secret")};
  identity.method = auth_method(issuer, !identity.secret.empty());
  auto said = text_or(*object, "token_endpoint_auth_method");
  for (auto method : kMethods)
    if (said == to_string(method) && (method == ClientAuth::none) == identity.secret.empty()) identity.method = method;
  return identity;
}

}  // namespace executus::mcp
