// What a refused request says about the login that is wanted (RFC 9110 11.6.1, RFC 6750 3). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace executus::mcp {

struct BearerChallenge {
  std::optional<std::string> resource_metadata = {};  // a URL of the server's choice (RFC 9728)
  std::optional<std::string> scope = {};
  std::string error = {};
};

// Of a WWW-Authenticate with one or more challenges, the first of Bearer; nothing: there is none. What cannot be read
// is passed over.
[[nodiscard]] std::optional<BearerChallenge> bearer_challenge(std::string_view header);

}  // namespace executus::mcp
