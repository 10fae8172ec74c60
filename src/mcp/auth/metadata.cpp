#include "mcp/auth/metadata.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "mcp/auth/metadata_urls.hpp"
#include "mcp/wire/fields.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;

Error unusable(std::string_view whose, const std::string& why) {
  return failed("mcp.auth_metadata", "what " + std::string(whose) + " says about logins cannot be used: " + why);
}

std::vector<std::string> texts_of(const json::object& object, std::string_view name) {
  std::vector<std::string> texts;
  if (const auto* list = array_in(object, name))
    for (const auto& each : *list)
      if (each.is_string()) texts.emplace_back(std::string_view(each.get_string()));
  return texts;
}

// The server, or what it is a part of: a prefix that ends where a part of the path does.
bool covers(std::string_view resource, std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  resource = resource.substr(0, resource.find('#'));
  if (origin_of(resource).empty() || origin_of(resource) != origin_of(url)) return false;
  auto path_of = [](std::string_view text) {
    auto at = text.find('/', text.find("://") + 3);
    auto path = at == std::string_view::npos ? std::string_view() : text.substr(at);
    while (path.ends_with('/')) path.remove_suffix(1);
    return path;
  };
  auto whole = path_of(url), part = path_of(resource);
  return whole == part || (whole.starts_with(part) && whole[part.size()] == '/');
}

Result<json::object> object_of(std::string_view text, std::string_view whose) {
  auto parsed = parse_json(text);
  if (!parsed) return unusable(whose, parsed.error().message());
  if (!parsed->is_object()) return unusable(whose, "it is no JSON object");
  return parsed->get_object();
}

}  // namespace

Result<ResourceMetadata> read_resource_metadata(std::string_view text, std::string_view url) {
  auto object = object_of(text, url);
  if (!object) return object.error();
  ResourceMetadata metadata{text_or(*object, "resource"), texts_of(*object, "authorization_servers"),
                            texts_of(*object, "scopes_supported")};
  if (!covers(metadata.resource, url))
    return unusable(url, "it is about another resource, '" + metadata.resource + "'");
  if (metadata.issuers.empty()) return unusable(url, "it names no authorization server");
  return metadata;
}

Result<IssuerMetadata> read_issuer_metadata(std::string_view text, std::string_view issuer) {
  auto object = object_of(text, issuer);
  if (!object) return object.error();
  IssuerMetadata metadata{.issuer = text_or(*object, "issuer"),
                          .authorization_endpoint = text_or(*object, "authorization_endpoint"),
                          .token_endpoint = text_or(*object, "token_endpoint"),
                          .registration_endpoint = text_or(*object, "registration_endpoint"),
                          .scopes = texts_of(*object, "scopes_supported"),
                          .token_auth_methods = texts_of(*object, "token_endpoint_auth_methods_supported")};
  metadata.takes_client_id_urls = is_true(*object, "client_id_metadata_document_supported");
  metadata.names_itself = is_true(*object, "authorization_response_iss_parameter_supported");
  if (metadata.issuer != issuer) return unusable(issuer, "it is about another issuer, '" + metadata.issuer + "'");
  for (const auto& endpoint : {metadata.authorization_endpoint, metadata.token_endpoint})
    if (!is_safe_url(endpoint)) return unusable(issuer, "'" + endpoint + "' is no https URL");
  if (!metadata.registration_endpoint.empty() && !is_safe_url(metadata.registration_endpoint))
    return unusable(issuer, "'" + metadata.registration_endpoint + "' is no https URL");
  auto methods = texts_of(*object, "code_challenge_methods_supported");
  if (std::ranges::find(methods, "S256") == methods.end())
    return failed("mcp.auth_pkce", "authorization server " + std::string(issuer) +
                                       " does not say that it takes PKCE with S256; ask its operator to enable it");
  return metadata;
}

}  // namespace executus::mcp
