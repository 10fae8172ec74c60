// What a login gave, and how it is kept. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <executus/base/clock.hpp>
#include <executus/base/result.hpp>

#include "mcp/auth/registration.hpp"

namespace executus::mcp {

struct StoredToken {
  std::string issuer = {};
  std::string token_endpoint = {};
  std::string resource = {};
  std::string scope = {};  // that was asked for
  ClientIdentity client = {};
  std::string access_token = {};
  std::string refresh_token = {};           // empty: it cannot be refreshed
  std::optional<WallTime> expires_at = {};  // nothing: the server did not say
  bool operator==(const StoredToken&) const = default;
};

// Frozen names: tokens of other versions of executus are read.
[[nodiscard]] std::string to_json_text(const StoredToken& token);
[[nodiscard]] Result<StoredToken> token_from_json(std::string_view text);

// Good for half a minute more at least: a request that is on its way should not meet its end.
[[nodiscard]] bool is_fresh(const StoredToken& token, WallTime now);

}  // namespace executus::mcp
