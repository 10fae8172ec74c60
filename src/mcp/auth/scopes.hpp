// Which scopes a login asks for. A list of scopes is a text with blanks between them. Pure.
#pragma once

#include <string>
#include <string_view>

#include "mcp/auth/metadata.hpp"

namespace executus::mcp {

// Those of either, each once, in order.
[[nodiscard]] std::string united_scopes(std::string_view first, std::string_view second);

struct ScopesAsked {
  std::string configured = {};                 // by a person; comes before all else
  std::optional<std::string> challenged = {};  // by the server's refusal
  std::string before = {};                     // what the last login asked for
};

// The challenge's, and what was asked for before; without a challenge all that the resource knows. offline_access comes
// in where the authorization server knows it: it is what gives tokens that can be refreshed.
[[nodiscard]] std::string scopes_to_ask(const ScopesAsked& asked, const ResourceMetadata& resource,
                                        const IssuerMetadata& issuer);

}  // namespace executus::mcp
