// Sockets of the tests' own servers.
#pragma once

#include <cstdint>

namespace executus::net {

[[nodiscard]] int listen_on_loopback();                     // fails the test when it cannot
[[nodiscard]] int connect_to_loopback(std::uint16_t port);  // -1: no program listens there
[[nodiscard]] std::uint16_t port_of_listener(int fd);

}  // namespace executus::net
