#include "mcp/auth/token.hpp"

#include <chrono>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "mcp/wire/fields.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

ClientAuth method_named(std::string_view name) {
  for (auto method : {ClientAuth::client_secret_post, ClientAuth::client_secret_basic})
    if (name == to_string(method)) return method;
  return ClientAuth::none;
}

}  // namespace

std::string to_json_text(const StoredToken& token) {
  json::object object{{"issuer", token.issuer},
                      {"token_endpoint", token.token_endpoint},
                      {"resource", token.resource},
                      {"scope", token.scope},
                      {"client_id", token.client.id},
                      {"client_secret", token.client.secret},
                      {"client_auth", to_string(token.client.method)},
                      {"access_token", token.access_token},
                      {"refresh_token", token.refresh_token}};
  if (token.expires_at)
    object["expires_at_ms"] = duration_cast<milliseconds>(token.expires_at->time_since_epoch()).count();
  return write_json(object);
}

Result<StoredToken> token_from_json(std::string_view text) {
  auto parsed = parse_json(text);
  const auto* object = parsed ? parsed->if_object() : nullptr;
  if (!object || text_or(*object, "access_token").empty())
    return failed("mcp.state", "a stored login cannot be read; log in again");
  StoredToken token{text_or(*object, "issuer"), text_or(*object, "token_endpoint"), text_or(*object, "resource"),
                    text_or(*object, "scope")};
  token.client = {text_or(*object, "client_id"), text_or(*object, "client_secret"),
                  method_named(text_or(*object, "client_auth"))};
  token.access_token = text_or(*object, "access_token");
  token.refresh_token = text_or(*object, "refresh_token");
  if (const auto* at = object->if_contains("expires_at_ms"); at && at->is_int64())
    token.expires_at = WallTime(milliseconds(at->get_int64()));
  return token;
}

bool is_fresh(const StoredToken& token, WallTime now) {
  return !token.expires_at || now + std::chrono::seconds(30) < *token.expires_at;
}

}  // namespace executus::mcp
