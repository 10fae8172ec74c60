#include "mcp/auth/kept_login.hpp"

#include <utility>

#include <executus/async/timing.hpp>

#include "mcp/auth/login.hpp"
#include "mcp/auth/metadata_urls.hpp"
#include "mcp/auth/token_request.hpp"

namespace executus::mcp {
namespace {

constexpr Milliseconds kBetweenLooks{20};
constexpr Milliseconds kTokenTime{30'000};

std::string bearer(const StoredToken& token) { return "Bearer " + token.access_token; }

Task<PrivateFolder::Lock> locked(const TokenStore& store) {
  for (;;) {
    if (auto lock = store.try_lock()) co_return std::move(*lock);
    co_await sleep_for(kBetweenLooks);
  }
}

}  // namespace

std::optional<StoredToken> KeptLogin::kept() const {
  auto token = parts_.store.read();
  if (token && parts_.watch) parts_.watch(*token);
  return token;
}

Task<std::string> KeptLogin::header() {
  auto context = co_await this_task();
  auto token = kept();
  if (!token) co_return "";
  bool is_good = is_fresh(*token, context.strand->loop().clock().wall());
  if (is_good || token->refresh_token.empty()) co_return bearer(*token);
  auto next = co_await refreshed(token->access_token);
  co_return next ? bearer(*next) : std::string();
}

// What a login may do is a person's to widen.
Task<bool> KeptLogin::renew(std::string used, int status, std::string) {
  auto token = kept();
  if (!token || used.empty() || status != 401) co_return false;
  if (bearer(*token) != used) co_return true;
  if (token->refresh_token.empty()) co_return false;
  co_return (co_await refreshed(token->access_token)).has_value();
}

Task<std::optional<StoredToken>> KeptLogin::refreshed(std::string old) {
  auto lock = co_await locked(parts_.store);
  auto token = kept();
  if (!token || token->access_token != old) co_return token;  // another has seen to it
  // A cancellation must not lose what the server gives for a token that it takes once.
  std::string why = "the authorization server did not answer";
  co_return co_await detached_for(kTokenTime, refresh(std::move(*token), lock), std::move(why));
}

// The answer is about this token alone: what was kept meanwhile without the lock, by another version, stays.
Task<std::optional<StoredToken>> KeptLogin::refresh(StoredToken token, const PrivateFolder::Lock& lock) {
  auto context = co_await this_task();
  auto request = refresh_request(token);
  request.network = parts_.network;
  request.timeout = kTokenTime;
  request.reuse = net::Reuse::fresh_connection;  // a token that is sent twice may be taken for a stolen one
  auto answer = co_await parts_.http->send(std::move(request));
  if (auto now_kept = kept(); !now_kept || now_kept->access_token != token.access_token) co_return now_kept;
  auto now = context.strand->loop().clock().wall();
  auto next = with_answer(std::move(token), answer.status, answer.body, now);
  if (next) {
    parts_.store.write(*next, lock);
    co_return kept();
  }
  if (next.error().code() != "mcp.auth_dead") throw next.error();
  parts_.store.remove(lock);
  co_return std::nullopt;
}

Task<void> keep(TokenStore store, StoredToken login) {
  auto lock = co_await locked(store);
  store.write(login, lock);
}

std::shared_ptr<Authorization> kept_login(net::HttpClient& http, const Environment& environment, const std::string& url,
                                          const std::string& server, LoginWatch watch) {
  auto folder = mcp_state_folder(environment);
  if (!folder || !is_safe_url(url)) return nullptr;
  return std::make_shared<KeptLogin>(
      KeptLogin::Parts{&http, TokenStore(PrivateFolder(*folder), url, ""), server, network_of(url), std::move(watch)});
}

}  // namespace executus::mcp
