// The logins of a person at MCP servers, a file for each. Threads: any.
#pragma once

#include <optional>
#include <string>

#include "mcp/auth/token.hpp"
#include "mcp/files/private_folder.hpp"

namespace executus::mcp {

class TokenStore final {
 public:
  // `client_id`: the configured one; empty: whichever was found.
  TokenStore(PrivateFolder folder, const std::string& server_url, const std::string& client_id);

  // Each throws Error mcp.state. Whoever changes it holds its lock.
  [[nodiscard]] std::optional<StoredToken> read() const;
  void write(const StoredToken& token, const PrivateFolder::Lock&) const { folder_.write(name_, to_json_text(token)); }
  void remove(const PrivateFolder::Lock&) const { folder_.remove(name_); }
  [[nodiscard]] std::optional<PrivateFolder::Lock> try_lock() const { return folder_.try_lock(name_); }

 private:
  PrivateFolder folder_;
  std::string name_;
};

}  // namespace executus::mcp
