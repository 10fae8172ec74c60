// Requests are let in with the login that a person has kept. An old token is refreshed under a lock between processes,
// after the store was read again: refresh tokens are often good for one use, and another process may have used it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <executus/base/environment.hpp>
#include <executus/net/client/http_client.hpp>

#include "mcp/auth/authorization.hpp"
#include "mcp/auth/token_store.hpp"

namespace executus::mcp {

// Is told each login before it is used: what it holds is to be masked from then on. On any thread.
using LoginWatch = std::function<void(const StoredToken& login)>;

class KeptLogin final : public Authorization {
 public:
  struct Parts {
    net::HttpClient* http = nullptr;  // outlives this
    TokenStore store;
    std::string server = {};  // its name, for messages
    net::Network network = net::Network::public_only;
    LoginWatch watch = {};
  };
  explicit KeptLogin(Parts parts) : parts_(std::move(parts)) {}

  [[nodiscard]] Task<std::string> header() override;
  [[nodiscard]] Task<bool> renew(std::string used, int status, std::string challenge) override;

 private:
  [[nodiscard]] std::optional<StoredToken> kept() const;
  [[nodiscard]] Task<std::optional<StoredToken>> refreshed(std::string old);
  [[nodiscard]] Task<std::optional<StoredToken>> refresh(StoredToken token, const PrivateFolder::Lock& lock);

  const Parts parts_;
};

// Puts it in the place of what is kept, when no refresh of that is under way any more. Throws Error mcp.state.
[[nodiscard]] Task<void> keep(TokenStore store, StoredToken login);

// Of this person at that server. Null: the environment names no place for logins, or a login is not safe on the way
// there.
[[nodiscard]] std::shared_ptr<Authorization> kept_login(net::HttpClient& http, const Environment& environment,
                                                        const std::string& url, const std::string& server,
                                                        LoginWatch watch = {});

}  // namespace executus::mcp
