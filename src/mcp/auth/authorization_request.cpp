#include "mcp/auth/authorization_request.hpp"

#include <map>
#include <optional>
#include <utility>

#include <boost/url/decode_view.hpp>
#include <boost/url/parse_query.hpp>

#include "base/percent.hpp"
#include "mcp/auth/pkce.hpp"
#include "mcp/auth/shown_words.hpp"

namespace executus::mcp {
namespace {

constexpr std::string_view kUnreserved = "-._~";

// Nothing: no query, or a name comes twice.
std::optional<std::map<std::string, std::string>> query_of(std::string_view url) {
  auto at = url.find('?');
  auto query = at == std::string_view::npos ? url : url.substr(at + 1);
  query = query.substr(0, query.find('#'));
  auto parsed = boost::urls::parse_query({query.data(), query.size()});
  if (!parsed) return std::nullopt;
  boost::urls::encoding_opts plus;
  plus.space_as_plus = true;
  std::map<std::string, std::string> members;
  for (auto member : *parsed)
    if (!members.emplace(member.key.decode(plus), member.value.decode(plus)).second) return std::nullopt;
  return members;
}

Error no_answer(const std::string& why) {
  return failed("mcp.auth_answer", "the login was not finished: " + why + "; begin it again");
}

}  // namespace

std::string authorization_url(const AuthorizationRequest& request) {
  std::pair<std::string_view, std::string> members[] = {{"response_type", "code"},
                                                        {"client_id", request.client_id},
                                                        {"redirect_uri", request.redirect_uri},
                                                        {"state", request.state},
                                                        {"code_challenge", pkce_challenge(request.verifier)},
                                                        {"code_challenge_method", "S256"},
                                                        {"scope", request.scope},
                                                        {"resource", request.resource}};
  std::string url = request.issuer.authorization_endpoint;
  char before = url.find('?') == std::string::npos ? '?' : '&';
  for (const auto& [name, value] : members) {
    if (value.empty()) continue;
    ((url += std::exchange(before, '&')) += name) += '=';
    url += percent_encoded(value, kUnreserved);
  }
  return url;
}

// The issuer is looked at before anything else that the answer says may be believed (RFC 9207).
Result<std::string> authorization_code(std::string_view redirected_to, const AuthorizationRequest& request) {
  auto members = query_of(redirected_to);
  if (!members) return no_answer("what came back cannot be read");
  auto has = [&](const char* name) { return members->contains(name); };
  if (!has("state") || members->at("state") != request.state)
    return no_answer("what came back belongs to another login");
  if (has("iss") ? members->at("iss") != request.issuer.issuer : request.issuer.names_itself)
    return no_answer("what came back is not from the authorization server that was asked");
  if (has("error"))
    return failed(
        "mcp.auth_refused",
        "the login was refused: " + shown_words(members->at("error")) +
            (has("error_description") ? ": " + shown_words(members->at("error_description")) : std::string()));
  if (!has("code") || members->at("code").empty()) return no_answer("no code came back");
  return members->at("code");
}

}  // namespace executus::mcp
