// Text in other charsets than UTF-8, which servers still send.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace executus::tools {

// The charset that a Content-Type names, in lower case; "": none.
[[nodiscard]] std::string charset_of(std::string_view content_type);

// `bytes` in UTF-8, with U+FFFD for what is no character of that charset. Nothing: the charset is not understood.
[[nodiscard]] std::optional<std::string> utf8_from(std::string_view bytes, std::string_view charset);

}  // namespace executus::tools
