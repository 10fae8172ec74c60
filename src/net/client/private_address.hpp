// Which addresses belong to this machine or to a private network.
#pragma once

#include <string>

struct sockaddr;

namespace executus::net {

// Anything but a public unicast address of IPv4 or IPv6, IPv4 inside IPv6 included. An unknown family counts as
// private.
[[nodiscard]] bool is_private_address(const sockaddr& address);

// The same for an address in text; what is no address counts as private.
[[nodiscard]] bool is_private_address(const std::string& text);

}  // namespace executus::net
