#include "mcp/auth/token_store.hpp"

#include <utility>

#include <executus/base/digest.hpp>

namespace executus::mcp {

TokenStore::TokenStore(PrivateFolder folder, const std::string& server_url, const std::string& client_id)
    : folder_(std::move(folder)), name_("login-" + sha256_hex(server_url + "\n" + client_id) + ".json") {}

std::optional<StoredToken> TokenStore::read() const {
  auto text = folder_.read(name_);
  if (!text) return std::nullopt;
  auto token = token_from_json(*text);
  if (!token) throw token.error();
  return std::move(*token);
}

}  // namespace executus::mcp
