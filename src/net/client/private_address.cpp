#include "net/client/private_address.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace executus::net {
namespace {

struct Ipv4Block {
  std::uint32_t base;
  int bits;
};

// RFC 6890 and successors: this host, private, shared (carrier NAT), loopback, link-local, protocol assignments,
// relays of 6to4, benchmarks, multicast, reserved and broadcast. At last 168.63.129.16, which is in public space and
// leads to the host of a machine at Azure.
constexpr std::array kPrivateIpv4{
    Ipv4Block{0x00000000, 8},  Ipv4Block{0x0a000000, 8},  Ipv4Block{0x64400000, 10}, Ipv4Block{0x7f000000, 8},
    Ipv4Block{0xa9fe0000, 16}, Ipv4Block{0xac100000, 12}, Ipv4Block{0xc0000000, 24}, Ipv4Block{0xc0586300, 24},
    Ipv4Block{0xc0a80000, 16}, Ipv4Block{0xc6120000, 15}, Ipv4Block{0xe0000000, 4},  Ipv4Block{0xf0000000, 4},
    Ipv4Block{0xa83f8110, 32},
};

bool is_private_ipv4(std::uint32_t address) {
  return std::ranges::any_of(kPrivateIpv4, [&](Ipv4Block b) { return (address ^ b.base) >> (32 - b.bits) == 0; });
}

std::uint32_t ipv4_at(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

bool begins_with_bytes(const std::uint8_t* address, std::initializer_list<std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), address);
}

// The IPv4 address inside ::a.b.c.d, ::ffff:a.b.c.d, 64:ff9b::a.b.c.d (NAT64) and 2002:abcd:: (6to4); else null.
const std::uint8_t* embedded_ipv4(const std::uint8_t* a) {
  if (begins_with_bytes(a, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})) return a + 12;  // also :: and ::1, which lie in 0/8
  if (begins_with_bytes(a, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) return a + 12;
  if (begins_with_bytes(a, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return a + 12;
  if (begins_with_bytes(a, {0x20, 0x02})) return a + 2;
  return nullptr;
}

// Only 2000::/3 is public unicast today, which leaves out fc00::/7, fe80::/10 and multicast. 2001:0::/32 (Teredo) leads
// to a host that tunnels.
bool is_private_ipv6(const std::uint8_t* a) {
  if (begins_with_bytes(a, {0x20, 0x01, 0, 0})) return true;
  if (const std::uint8_t* inner = embedded_ipv4(a)) return is_private_ipv4(ipv4_at(inner));
  return (a[0] & 0xe0) != 0x20;
}

}  // namespace

bool is_private_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in ipv4;
    std::memcpy(&ipv4, &address, sizeof ipv4);
    return is_private_ipv4(ntohl(ipv4.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 ipv6;
    std::memcpy(&ipv6, &address, sizeof ipv6);
    return is_private_ipv6(ipv6.sin6_addr.s6_addr);
  }
  return true;
}

bool is_private_address(const std::string& text) {
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return is_private_ipv4(ipv4_at(bytes.data()));
  std::string without_zone = text.substr(0, text.find('%'));
  if (inet_pton(AF_INET6, without_zone.c_str(), bytes.data()) == 1) return is_private_ipv6(bytes.data());
  return true;
}

}  // namespace executus::net
