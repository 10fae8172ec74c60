#include "mcp/person_login.hpp"

#include <memory>
#include <utility>

#include <executus/async/task.hpp>

#include "mcp/auth/kept_login.hpp"
#include "mcp/auth/login.hpp"
#include "mcp/auth/metadata_urls.hpp"
#include "mcp/auth/redirect_listener.hpp"
#include "mcp/auth/token_store.hpp"
#include "mcp/http/headers.hpp"
#include "mcp/wire/request_meta.hpp"

namespace executus::mcp {
namespace {

constexpr Milliseconds kServerTime{30'000};

class PersonsBrowser final : public Browser {
 public:
  PersonsBrowser(BlockingPool& pool, const PersonLogin& wish)
      : pool_(pool), wish_(wish), listener_(std::make_shared<const RedirectListener>(wish.port)) {}

  std::string redirect_uri() override { return listener_->uri(); }
  Task<std::string> visit(std::string url) override {
    wish_.show(url);
    auto wait = [listener = listener_, patience = wish_.patience] { return listener->wait(patience); };
    auto answer = co_await pool_.run(std::move(wait));
    if (!answer) throw failed("mcp.auth_answer", "the login was not finished in time; begin it again");
    co_return std::move(*answer);
  }

 private:
  BlockingPool& pool_;
  const PersonLogin& wish_;
  std::shared_ptr<const RedirectListener> listener_;
};

// What the server says to a request without a login.
Task<BearerChallenge> challenge_of(net::HttpClient& http, std::string url) {
  Request probe{"executus-login", "server/discover", with_meta({}, {.version = kNewestModern})};
  net::HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.headers = post_headers(probe, {});
  request.body = write(probe);
  request.timeout = kServerTime;
  auto answer = co_await http.send(std::move(request));
  if (answer.status != 401)
    throw failed("mcp.refused",
                 "the MCP server at " + url + " asks for no login (HTTP " + std::to_string(answer.status) + ")");
  auto header = net::find_header(answer.headers, "WWW-Authenticate").value_or("");
  co_return bearer_challenge(header).value_or(BearerChallenge());
}

}  // namespace

Task<void> log_in(PersonLoginParts parts, PersonLogin wish) {
  if (!is_safe_url(wish.url))
    throw failed("mcp.auth_unsafe",
                 "no login is made at " + wish.url + ": it would be sent in clear; use an https address of the server");
  auto folder = mcp_state_folder(*parts.environment);
  if (!folder) throw folder.error();
  TokenStore store(PrivateFolder(*folder), wish.url, "");
  PersonsBrowser browser(*parts.pool, wish);
  LoginAt at{.url = wish.url, .client_id = wish.client_id, .scopes = wish.scopes};
  at.challenge = co_await challenge_of(*parts.http, wish.url);
  LoginParts login_parts{parts.http, &browser, network_of(wish.url)};
  auto made = co_await login(login_parts, std::move(at));
  co_await keep(std::move(store), std::move(made));
}

}  // namespace executus::mcp
