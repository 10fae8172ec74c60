// Where a server and an authorization server say what they want (RFC 9728, RFC 8414, OpenID Connect Discovery). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace executus::mcp {

// Of the server at `url`, to be asked in this order; what a challenge names comes before them. Empty: it is no http or
// https URL.
[[nodiscard]] std::vector<std::string> resource_metadata_urls(std::string_view url);

// Of the authorization server that is called `issuer`, likewise.
[[nodiscard]] std::vector<std::string> issuer_metadata_urls(std::string_view issuer);

// A login is safe over https, and on this machine.
[[nodiscard]] bool is_safe_url(std::string_view url);

// Its host is an address of this machine or of a private network, or a name that no public one has, such as localhost
// or one without a dot.
[[nodiscard]] bool lies_in_private_network(std::string_view url);

// "https://host:port", small letters, without the port that goes without saying; empty: no http or https URL.
[[nodiscard]] std::string origin_of(std::string_view url);

}  // namespace executus::mcp
