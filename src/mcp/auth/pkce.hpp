// Proof Key for Code Exchange (RFC 7636) with S256, and texts nobody can guess. Pure.
#pragma once

#include <string>
#include <string_view>

namespace executus::mcp {

// base64url without padding (RFC 4648, 5). Of 32 random bytes it is a verifier, or a state.
[[nodiscard]] std::string base64url(std::string_view bytes);

[[nodiscard]] std::string pkce_challenge(std::string_view verifier);

}  // namespace executus::mcp
