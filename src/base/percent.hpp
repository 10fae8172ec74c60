// Percent-encoding of what a URI may not hold as it is (RFC 3986, 2.1).
#pragma once

#include <string>
#include <string_view>

namespace executus {

// Letters and digits of ASCII stay, and so do the characters of `kept`; every other byte becomes %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text, std::string_view kept);

}  // namespace executus
