// A number of bytes as people write it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace executus::cli {

// "500000", "64K", "500M", "2G": K, M and G are 1024, its square and its cube. Nothing for other texts, and for sizes
// beyond 64 bits.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace executus::cli
