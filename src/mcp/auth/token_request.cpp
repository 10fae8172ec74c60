#include "mcp/auth/token_request.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/percent.hpp"
#include "base/text.hpp"
#include "mcp/auth/shown_words.hpp"
#include "mcp/wire/fields.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;

using Form = std::vector<std::pair<std::string, std::string>>;

std::string form_encoded(std::string_view text) { return percent_encoded(text, "-._~"); }

net::HttpRequest form_post(const std::string& url, Form form, const ClientIdentity& client) {
  net::HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  if (client.method == ClientAuth::client_secret_basic) {
    auto pair = form_encoded(client.id) + ":" + form_encoded(client.secret);
    request.headers.emplace_back("Authorization", "Basic " + base64_encode(pair));
  } else {
    form.emplace_back("client_id", client.id);
  }
  if (client.method == ClientAuth::client_secret_post) form.emplace_back("client_secret", client.secret);
  for (const auto& [name, value] : form)
    if (!value.empty()) request.body += (request.body.empty() ? "" : "&") + name + "=" + form_encoded(value);
  return request;
}

Error refusal(const StoredToken& token, int status, const json::object* object) {
  auto code = object ? shown_words(text_or(*object, "error")) : std::string();
  auto words = object ? shown_words(text_or(*object, "error_description")) : std::string();
  std::string message = token.issuer + " gave no token (HTTP " + std::to_string(status) + ")";
  for (const auto& part : {code, words})
    if (!part.empty()) message += ": " + part;
  if (code == "invalid_grant") return failed("mcp.auth_dead", message + "; log in again");
  if (status >= 500 || status == 429) return {ErrorKind::overloaded, "mcp.auth_refused", message + "; try it later"};
  return failed("mcp.auth_refused", message);
}

// Servers send the seconds as a number or as a text.
std::optional<std::int64_t> seconds_in(const json::object& object) {
  const auto* value = object.if_contains("expires_in");
  boost::system::error_code error;
  if (value && value->is_number()) {
    auto seconds = value->to_number<std::int64_t>(error);
    return error ? std::nullopt : std::optional(seconds);
  }
  auto text = text_or(object, "expires_in");
  bool digits = !text.empty() && text.size() < 10 && std::ranges::all_of(text, is_ascii_digit);
  return digits ? std::optional<std::int64_t>(std::stoll(text)) : std::nullopt;
}

}  // namespace

net::HttpRequest code_request(const AuthorizationRequest& login, const ClientIdentity& client,
                              const std::string& code) {
  return form_post(login.issuer.token_endpoint,
                   {{"grant_type", "authorization_code"},
                    {"code", code},
                    {"redirect_uri", login.redirect_uri},
                    {"code_verifier", login.verifier},
                    {"resource", login.resource}},
                   client);
}

net::HttpRequest refresh_request(const StoredToken& token) {
  return form_post(
      token.token_endpoint,
      {{"grant_type", "refresh_token"}, {"refresh_token", token.refresh_token}, {"resource", token.resource}},
      token.client);
}

Result<StoredToken> with_answer(StoredToken token, int status, std::string_view body, WallTime now) {
  auto parsed = parse_json(body);
  const auto* object = parsed ? parsed->if_object() : nullptr;
  if (status != 200 || !object || text_or(*object, "access_token").empty()) return refusal(token, status, object);
  if (auto type = text_or(*object, "token_type"); !type.empty() && !equals_ignoring_case(type, "bearer"))
    return failed("mcp.auth_refused",
                  token.issuer + " gave a token of the type '" + shown_words(type) + "', not Bearer");
  token.access_token = text_or(*object, "access_token");
  if (auto next = text_or(*object, "refresh_token"); !next.empty()) token.refresh_token = next;
  constexpr std::int64_t kYear = 365LL * 24 * 3600;
  auto seconds = seconds_in(*object);
  token.expires_at.reset();
  if (seconds) token.expires_at = now + std::chrono::seconds(std::clamp<std::int64_t>(*seconds, 0, kYear));
  return token;
}

}  // namespace executus::mcp
