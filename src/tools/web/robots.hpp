// What a robots.txt says of a page (RFC 9309). Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace executus::tools {

inline constexpr std::size_t kMaxRobots = std::size_t{500} << 10;  // bytes that are read, as RFC 9309 has it

// Whether the crawler of that name (in lower case) may fetch `target`, a path with its query. The longest pattern
// decides, of two equal ones the one that allows. Lines that are not understood are passed over.
[[nodiscard]] bool robots_allow(std::string_view robots, std::string_view crawler, std::string_view target);

// "https://a.example/robots.txt" for a page there, and the page's path with its query; "/" where it has none.
[[nodiscard]] std::string robots_url(const std::string& page);
[[nodiscard]] std::string target_of(const std::string& page);

}  // namespace executus::tools
