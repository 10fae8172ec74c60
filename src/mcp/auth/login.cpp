#include "mcp/auth/login.hpp"

#include <array>
#include <utility>
#include <vector>

#include <openssl/rand.h>

#include <executus/async/timing.hpp>

#include "mcp/auth/authorization_request.hpp"
#include "mcp/auth/metadata_urls.hpp"
#include "mcp/auth/pkce.hpp"
#include "mcp/auth/scopes.hpp"
#include "mcp/auth/token_request.hpp"

namespace executus::mcp {
namespace {

constexpr Milliseconds kAskTime{30'000};
constexpr std::size_t kLongestAnswer = std::size_t{1} << 20;

std::string unguessable() {
  std::array<unsigned char, 32> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw failed("mcp.auth_answer", "the system has no random numbers for a login");
  return base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

class Login {
 public:
  Login(LoginParts parts, LoginAt at) : parts_(parts), at_(std::move(at)) {}

  Task<StoredToken> run() {
    resource_ = co_await resource();
    request_.issuer = co_await issuer();
    request_.redirect_uri = parts_.browser->redirect_uri();
    request_.resource = resource_.resource;
    request_.scope = scopes_to_ask(scopes_asked(), resource_, request_.issuer);
    auto client = co_await client_identity();
    request_.client_id = client.id;
    request_.state = unguessable();
    request_.verifier = unguessable();
    auto redirected = co_await parts_.browser->visit(authorization_url(request_));
    auto code = authorization_code(redirected, request_);
    if (!code) throw code.error();
    co_return co_await token(std::move(client), std::move(*code));
  }

 private:
  Task<net::HttpResponse> ask(net::HttpRequest request) {
    request.timeout = kAskTime;
    request.max_body = kLongestAnswer;
    request.network = parts_.network;
    co_return co_await parts_.http->send(std::move(request));
  }

  Task<ResourceMetadata> resource() {
    auto urls = resource_metadata_urls(at_.url);
    if (at_.challenge && at_.challenge->resource_metadata) urls = {*at_.challenge->resource_metadata};
    for (const auto& url : urls) {
      if (!is_safe_url(url))
        throw failed("mcp.auth_metadata", "MCP server " + at_.url + " names '" + url + "', which is no https URL");
      net::HttpRequest request;
      request.url = url;
      auto answer = co_await ask(std::move(request));
      if (answer.status != 200) continue;
      auto read = read_resource_metadata(answer.body, at_.url);
      if (!read) throw read.error();
      co_return std::move(*read);
    }
    throw failed("mcp.auth_metadata", "MCP server " + at_.url + " wants a login, and does not say where");
  }

  // A document of another issuer is passed over, and never believed.
  Task<IssuerMetadata> issuer() {
    const auto& name = resource_.issuers.front();
    Error problem = failed("mcp.auth_metadata", "authorization server " + name + " says nothing of itself");
    if (!is_safe_url(name)) throw failed("mcp.auth_metadata", "authorization server '" + name + "' is no https URL");
    for (const auto& url : issuer_metadata_urls(name)) {
      net::HttpRequest request;
      request.url = url;
      auto answer = co_await ask(std::move(request));
      if (answer.status != 200) continue;
      auto read = read_issuer_metadata(answer.body, name);
      if (read) co_return std::move(*read);
      problem = read.error();
    }
    throw problem;
  }

  // The one before counts at the issuer that it is of.
  [[nodiscard]] const StoredToken* before() const {
    return at_.before && at_.before->issuer == request_.issuer.issuer ? &*at_.before : nullptr;
  }

  [[nodiscard]] ScopesAsked scopes_asked() const {
    ScopesAsked asked{.configured = at_.scopes};
    if (at_.challenge) asked.challenged = at_.challenge->scope;
    if (before()) asked.before = before()->scope;
    return asked;
  }

  Task<ClientIdentity> client_identity() {
    const auto& issuer = request_.issuer;
    if (!at_.client_id.empty()) {
      ClientIdentity configured{at_.client_id, at_.client_secret};
      configured.method = auth_method(issuer, !at_.client_secret.empty());
      co_return configured;
    }
    if (!at_.client_metadata_url.empty() && issuer.takes_client_id_urls)
      co_return ClientIdentity{at_.client_metadata_url};
    if (issuer.registration_endpoint.empty())
      throw failed("mcp.auth_client",
                   "authorization server " + issuer.issuer +
                       " lets no client register itself; register one by hand and configure its client_id");
    net::HttpRequest request;
    request.method = "POST";
    request.url = issuer.registration_endpoint;
    request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
    request.body = registration_body(issuer, request_.redirect_uri, request_.scope);
    auto answer = co_await ask(std::move(request));
    auto identity = read_registration(answer.status, answer.body, issuer);
    if (!identity) throw identity.error();
    co_return std::move(*identity);
  }

  Task<StoredToken> token(ClientIdentity client, std::string code) {
    auto answer = co_await ask(code_request(request_, client, code));
    StoredToken empty{request_.issuer.issuer, request_.issuer.token_endpoint, request_.resource, request_.scope,
                      std::move(client)};
    auto context = co_await this_task();
    auto read = with_answer(std::move(empty), answer.status, answer.body, context.strand->loop().clock().wall());
    if (!read) throw read.error();
    co_return std::move(*read);
  }

  LoginParts parts_;
  LoginAt at_;
  ResourceMetadata resource_;
  AuthorizationRequest request_;
};

}  // namespace

Task<StoredToken> login(LoginParts parts, LoginAt at) {
  Login login(parts, std::move(at));
  co_return co_await login.run();
}

net::Network network_of(const std::string& server_url) {
  bool is_here = is_safe_url(server_url) && server_url.starts_with("http://");
  return is_here || lies_in_private_network(server_url) ? net::Network::any : net::Network::public_only;
}

}  // namespace executus::mcp
