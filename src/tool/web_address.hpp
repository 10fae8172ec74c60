// Addresses of http and https compared by their parts, for rules about them. Pure. Only what every reader of addresses
// reads alike is read: no spaces, backslashes or other characters than ASCII, and no host in another spelling.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace executus::tool {

struct WebAddress {
  std::string scheme = {};  // "http" or "https"
  std::string host = {};    // in lower case, without a dot at its end: a name, or IPv4 as four numbers
  std::uint16_t port = 0;   // that of the scheme where none is written
  std::string path = {};    // begins with '/'; with the query, without the fragment

  bool operator==(const WebAddress&) const = default;
};

// Nothing: it is not known where that leads. A user before '@' is left out.
[[nodiscard]] std::optional<WebAddress> read_web_address(std::string_view text);

// As it is written without what may be left out.
[[nodiscard]] std::string plain_text(const WebAddress& address);

// Whether the address fits SCHEME://HOST[:PORT][/PATH], part by part, each a glob, so that nothing of a path fits a
// host. Without a port that of the scheme is meant, and with HOST* any; HOST* without a path has any path. Nothing: it
// is not known, as which path a server takes "a/../b". Another pattern fits no address.
[[nodiscard]] std::optional<bool> address_fits(std::string_view pattern, const WebAddress& address);

}  // namespace executus::tool
