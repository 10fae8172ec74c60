// Base64 (RFC 4648, with padding), as bytes are stored and sent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace executus {

[[nodiscard]] std::string base64_encode(std::string_view bytes);
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);  // nothing when malformed

}  // namespace executus
