// The pure parts of a login: what servers say, what they are sent, what is believed.
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>

#include "mcp/auth/authorization_request.hpp"
#include "mcp/auth/challenge.hpp"
#include "mcp/auth/metadata.hpp"
#include "mcp/auth/metadata_urls.hpp"
#include "mcp/auth/pkce.hpp"
#include "mcp/auth/registration.hpp"
#include "mcp/auth/scopes.hpp"
#include "mcp/auth/token.hpp"
#include "mcp/auth/token_request.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(BearerChallenge, IsFoundAmongOthers) {
  struct Row {
    std::string_view header;
    bool found;
    std::string_view metadata, scope, error;
  };
  const Row rows[] = {
      {"", false, "", "", ""},
      {"Basic realm=\"x\"", false, "", "", ""},
      {"Bearer", true, "", "", ""},
      {"bearer resource_metadata=\"https://h/a\", scope=\"a b\"", true, "https://h/a", "a b", ""},
      {"Bearer scope = one , error=insufficient_scope", true, "", "one", "insufficient_scope"},
      {"Basic realm=\"a, Bearer scope=x\", Bearer scope=\"y \\\" z\"", true, "", "y \" z", ""},
      {"Bearer scope=a, Digest scope=b", true, "", "a", ""},
      {"Negotiate abc==, Bearer error=\"e\"", true, "", "", "e"},
      {"Bearer scope=\"never closed", true, "", "never closed", ""},
      {"\x01,,= Bearer =,\"", false, "", "", ""},
  };
  for (const auto& row : rows) {
    auto challenge = bearer_challenge(row.header);
    ASSERT_EQ(challenge.has_value(), row.found) << row.header;
    if (!challenge) continue;
    EXPECT_EQ(challenge->resource_metadata.value_or(""), row.metadata) << row.header;
    EXPECT_EQ(challenge->scope.value_or(""), row.scope) << row.header;
    EXPECT_EQ(challenge->error, row.error) << row.header;
  }
}

TEST(MetadataUrls, AreThoseOfTheStandards) {
  EXPECT_THAT(resource_metadata_urls("https://H.example:443/a/mcp/?x=1#f"),
              ElementsAre("https://h.example/.well-known/oauth-protected-resource/a/mcp",
                          "https://h.example/.well-known/oauth-protected-resource"));
  EXPECT_THAT(resource_metadata_urls("http://127.0.0.1:8080"),
              ElementsAre("http://127.0.0.1:8080/.well-known/oauth-protected-resource"));
  EXPECT_THAT(issuer_metadata_urls("https://h/t"), ElementsAre("https://h/.well-known/oauth-authorization-server/t",
                                                               "https://h/.well-known/openid-configuration/t",
                                                               "https://h/t/.well-known/openid-configuration"));
  EXPECT_THAT(issuer_metadata_urls("https://h/"), ElementsAre("https://h/.well-known/oauth-authorization-server",
                                                              "https://h/.well-known/openid-configuration"));
  for (std::string_view bad : {"", "h/a", "ftp://h/a", "file:///etc/passwd", "https://"}) {
    EXPECT_THAT(resource_metadata_urls(bad), IsEmpty()) << bad;
    EXPECT_FALSE(is_safe_url(bad)) << bad;
  }
  EXPECT_TRUE(is_safe_url("http://localhost:1/a"));
  EXPECT_TRUE(is_safe_url("http://[::1]/a"));
  EXPECT_FALSE(is_safe_url("http://h/a"));
  EXPECT_FALSE(is_safe_url("http://127.0.0.1.evil.example@h/a"));
  EXPECT_TRUE(is_safe_url("http://127.0.0.2/a"));
  EXPECT_FALSE(is_safe_url("http://127.evil.example/a"));
  EXPECT_FALSE(is_safe_url("http://127.0.0.1.evil.example/a"));
}

TEST(MetadataUrls, LieInPrivateNetworks) {
  for (std::string_view url :
       {"https://10.0.0.1/a", "http://localhost:1", "https://[::1]/", "https://wiki/mcp", "https://a.internal"})
    EXPECT_TRUE(lies_in_private_network(url)) << url;
  for (std::string_view url : {"https://8.8.8.8/a", "https://h.example/mcp", "https://[2001:4860:4860::8888]/",
                               "https://10.0.0.1.evil.example/", ""})
    EXPECT_FALSE(lies_in_private_network(url)) << url;
}

std::string resource_json(std::string_view resource) {
  return R"({"resource":")" + std::string(resource) +
         R"(","authorization_servers":["https://a"],"scopes_supported":["r","w"]})";
}

TEST(ResourceMetadata, IsOfTheServerOrWhatItIsPartOf) {
  for (std::string_view covering :
       {"https://h/a/mcp", "https://h/a/mcp/", "https://h/a", "https://h", "https://H:443/"})
    EXPECT_TRUE(read_resource_metadata(resource_json(covering), "https://h/a/mcp")) << covering;
  for (std::string_view other :
       {"https://h/a/m", "https://h/b", "https://evil/a/mcp", "http://h/a/mcp", "", "https://h/a/mcp/x"}) {
    auto refused = read_resource_metadata(resource_json(other), "https://h/a/mcp");
    ASSERT_FALSE(refused) << other;
    EXPECT_EQ(refused.error().code(), "mcp.auth_metadata");
  }
  EXPECT_FALSE(read_resource_metadata(R"({"resource":"https://h","authorization_servers":[]})", "https://h"));
  EXPECT_FALSE(read_resource_metadata("[]", "https://h"));
}

json::object issuer_json() {
  return {{"issuer", "https://a/t"},
          {"authorization_endpoint", "https://a/authorize"},
          {"token_endpoint", "https://a/token"},
          {"code_challenge_methods_supported", json::array{"plain", "S256"}},
          {"token_endpoint_auth_methods_supported", json::array{"client_secret_post"}}};
}

TEST(IssuerMetadata, IsBelievedOfItsOwnIssuerAlone) {
  EXPECT_TRUE(read_issuer_metadata(write_json(issuer_json()), "https://a/t"));
  EXPECT_EQ(read_issuer_metadata(write_json(issuer_json()), "https://a/t/").error().code(), "mcp.auth_metadata");
  auto without = issuer_json();
  without.erase("code_challenge_methods_supported");
  EXPECT_EQ(read_issuer_metadata(write_json(without), "https://a/t").error().code(), "mcp.auth_pkce");
  for (const char* endpoint : {"authorization_endpoint", "token_endpoint", "registration_endpoint"}) {
    auto unsafe = issuer_json();
    unsafe[endpoint] = "http://a/x";
    EXPECT_EQ(read_issuer_metadata(write_json(unsafe), "https://a/t").error().code(), "mcp.auth_metadata") << endpoint;
  }
}

TEST(Pkce, IsThatOfItsStandard) {  // RFC 7636, appendix B
  EXPECT_EQ(pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  EXPECT_EQ(base64url(std::string("\xfb\xff\x00", 3)), "-_8A");
}

TEST(Scopes, AreTheChallengesAndThoseOfBefore) {
  ResourceMetadata resource{.scopes = {"r", "w"}};
  IssuerMetadata issuer;
  EXPECT_EQ(scopes_to_ask({}, resource, issuer), "r w");
  EXPECT_EQ(scopes_to_ask({.challenged = "x r"}, resource, issuer), "x r");
  EXPECT_EQ(scopes_to_ask({.challenged = "x", .before = "r x"}, resource, issuer), "r x");
  EXPECT_EQ(scopes_to_ask({.configured = "c", .challenged = "x"}, resource, issuer), "c");
  EXPECT_EQ(scopes_to_ask({}, {}, issuer), "");
  issuer.scopes = {"offline_access"};
  EXPECT_EQ(scopes_to_ask({.challenged = "x"}, resource, issuer), "x offline_access");
}

AuthorizationRequest login() {
  AuthorizationRequest request{.client_id = "me & you",
                               .redirect_uri = "http://127.0.0.1:1/cb",
                               .state = "s1",
                               .verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                               .scope = "r w",
                               .resource = "https://h/mcp"};
  request.issuer.issuer = "https://a/t";
  request.issuer.authorization_endpoint = "https://a/authorize?tenant=7";
  request.issuer.token_endpoint = "https://a/token";
  return request;
}

TEST(AuthorizationRequest, SaysAllThatTheStandardWants) {
  EXPECT_EQ(
      authorization_url(login()),
      "https://a/"
      "authorize?tenant=7&response_type=code&client_id=me%20%26%20you&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb"
      "&state=s1&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&scope=r%20w"
      "&resource=https%3A%2F%2Fh%2Fmcp");
}

TEST(AuthorizationAnswer, IsBelievedOfTheServerThatWasAskedAlone) {
  struct Row {
    std::string_view answer;
    bool names_itself;
    std::string_view code;  // of the login; or of the error
  };
  const Row rows[] = {
      {"http://127.0.0.1:1/cb?code=c+1%2F&state=s1", false, "c 1/"},
      {"/cb?state=s1&code=c&iss=https%3A%2F%2Fa%2Ft", true, "c"},
      {"code=c&state=s1&iss=https://a/t", false, "c"},
      {"/cb?code=c&state=s2", false, "mcp.auth_answer"},
      {"/cb?code=c", false, "mcp.auth_answer"},
      {"/cb?code=c&state=s1", true, "mcp.auth_answer"},
      {"/cb?code=c&state=s1&iss=https://a/t/", false, "mcp.auth_answer"},
      {"/cb?code=c&state=s1&iss=https://A/t", false, "mcp.auth_answer"},
      {"/cb?code=c&code=d&state=s1", false, "mcp.auth_answer"},
      {"/cb?code=&state=s1", false, "mcp.auth_answer"},
      {"/cb?error=access_denied&error_description=no&state=s1", false, "mcp.auth_refused"},
      {"/cb?error=evil&state=s1&iss=https://evil", false, "mcp.auth_answer"},
      {"/cb", false, "mcp.auth_answer"},
      {"/cb?%zz", false, "mcp.auth_answer"},
  };
  for (const auto& row : rows) {
    auto request = login();
    request.issuer.names_itself = row.names_itself;
    auto code = authorization_code(row.answer, request);
    EXPECT_EQ(code ? *code : code.error().code(), row.code) << row.answer;
    if (!code) {
      EXPECT_THAT(code.error().message(), Not(HasSubstr("evil")));
    }
  }
}

TEST(Registration, TakesTheWayThatBothSidesKnow) {
  IssuerMetadata issuer;
  auto body = parse_json(registration_body(issuer, "http://127.0.0.1/cb", "r")).value();
  EXPECT_EQ(body.at("token_endpoint_auth_method"), "none");
  EXPECT_EQ(body.at("redirect_uris"), json::array{"http://127.0.0.1/cb"});
  issuer.token_auth_methods = {"client_secret_post"};
  EXPECT_EQ(parse_json(registration_body(issuer, "u", "")).value().at("token_endpoint_auth_method"),
            "client_secret_post");
  EXPECT_EQ(auth_method(issuer, true), ClientAuth::client_secret_post);
  EXPECT_EQ(auth_method({}, true), ClientAuth::client_secret_basic);

  auto read = [&](std::string_view text, int status = 201) { return read_registration(status, text, issuer); };
  EXPECT_EQ(read(R"({"client_id":"i"})").value(), (ClientIdentity{"i", "", ClientAuth::none}));
  EXPECT_EQ(read(R"({"client_id":"i","client_secret":"s"})").value(),
            (ClientIdentity{"i", "s", ClientAuth::client_secret_post}));
  EXPECT_EQ(read(R"({"client_id":"i","client_secret":"s","token_endpoint_auth_method":"client_secret_basic"})")
                .value()
                .method,
            ClientAuth::client_secret_basic);
  EXPECT_EQ(read("{}").error().code(), "mcp.auth_refused");
  EXPECT_EQ(read(R"({"client_id":"i"})", 400).error().code(), "mcp.auth_refused");
}

StoredToken stored() {
  return {"https://a/t",
          "https://a/token",
          "https://h/mcp",
          "r",
          {"i:1", "s%", ClientAuth::client_secret_basic},
          "old",
          "r1",
          {}};
}

TEST(TokenRequest, SaysWhoTheClientIsInEachWay) {
  auto basic = refresh_request(stored());
  EXPECT_EQ(basic.body, "grant_type=refresh_token&refresh_token=r1&resource=https%3A%2F%2Fh%2Fmcp");
  EXPECT_EQ(net::find_header(basic.headers, "Authorization"), "Basic aSUzQTE6cyUyNQ==");
  auto post = code_request(login(), {"i", "s", ClientAuth::client_secret_post}, "c/1");
  EXPECT_EQ(post.url, "https://a/token");
  EXPECT_THAT(post.body, HasSubstr("code=c%2F1&redirect_uri="));
  EXPECT_THAT(post.body, HasSubstr("&client_id=i&client_secret=s"));
  EXPECT_THAT(code_request(login(), {"i", "", ClientAuth::none}, "c").body, Not(HasSubstr("client_secret")));
}

TEST(TokenAnswer, IsReadLenientlyAndRefusedPlainly) {
  const WallTime now{std::chrono::hours(1)};
  auto read = [&](int status, std::string_view body) { return with_answer(stored(), status, body, now); };
  auto token =
      read(200, R"({"access_token":"new","token_type":"bearer","expires_in":60,"refresh_token":"r2"})").value();
  EXPECT_EQ(token.access_token + token.refresh_token, "newr2");
  EXPECT_TRUE(is_fresh(token, now + std::chrono::seconds(29)));
  EXPECT_FALSE(is_fresh(token, now + std::chrono::seconds(30)));
  EXPECT_EQ(read(200, R"({"access_token":"n","expires_in":"90"})").value().expires_at, now + std::chrono::seconds(90));
  EXPECT_EQ(read(200, R"({"access_token":"n"})").value().refresh_token, "r1") << "it stays good";
  EXPECT_TRUE(is_fresh(read(200, R"({"access_token":"n"})").value(), now));
  EXPECT_EQ(read(400, R"({"error":"invalid_grant"})").error().code(), "mcp.auth_dead");
  EXPECT_EQ(read(400, R"({"error":"invalid_client"})").error().code(), "mcp.auth_refused");
  EXPECT_EQ(read(503, "<html>").error().kind(), ErrorKind::overloaded);
  EXPECT_EQ(read(200, R"({"access_token":"n","token_type":"DPoP"})").error().code(), "mcp.auth_refused");
  EXPECT_EQ(read(200, "{}").error().code(), "mcp.auth_refused");
}

TEST(StoredToken, IsTheSameWhenReadAgain) {
  auto token = stored();
  EXPECT_EQ(token_from_json(to_json_text(token)).value(), token);
  token.expires_at = WallTime(std::chrono::milliseconds(1234));
  EXPECT_EQ(token_from_json(to_json_text(token)).value(), token);
  EXPECT_EQ(token_from_json("{}").error().code(), "mcp.state");
}

}  // namespace
}  // namespace executus::mcp
