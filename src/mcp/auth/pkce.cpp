#include "mcp/auth/pkce.hpp"

#include <algorithm>

#include <executus/base/digest.hpp>

#include "base/base64.hpp"

namespace executus::mcp {
namespace {

char nibble(char digit) { return static_cast<char>(digit <= '9' ? digit - '0' : digit - 'a' + 10); }

std::string bytes_of_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(nibble(hex[i]) * 16 + nibble(hex[i + 1]));
  return bytes;
}

}  // namespace

std::string base64url(std::string_view bytes) {
  auto text = base64_encode(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

std::string pkce_challenge(std::string_view verifier) { return base64url(bytes_of_hex(sha256_hex(verifier))); }

}  // namespace executus::mcp
