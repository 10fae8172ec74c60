// What one server was given, and what it says without it: the secrets of its declaration, and of the logins that let
// requests in.
//
// Threads: any.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/secrets/secrets.hpp"
#include "mcp/auth/token.hpp"
#include "mcp/servers/server_config.hpp"

namespace executus::mcp {

class ServerSecrets final {
 public:
  static constexpr std::size_t kLogins = 4;  // the latest: an answer may come after the next refresh

  ServerSecrets(const ServerConfig& config, const Environment& environment);

  // A login that is sent from now on.
  void add(const StoredToken& login);

  [[nodiscard]] std::string masked(std::string_view text, Cut cut = Cut::nowhere) const;

 private:
  const Secrets declared_;
  mutable std::mutex mutex_;
  std::deque<StoredToken> logins_;
  std::shared_ptr<const Secrets> all_;
};

}  // namespace executus::mcp
