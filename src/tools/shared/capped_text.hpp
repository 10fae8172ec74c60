// The text of a tool, cut to a size that a conversation can hold.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace executus::tools {

// Bytes of an answer or output that are passed on. The run keeps what is too long to be shown
// (run/calls/long_output.hpp).
inline constexpr std::size_t kMaxResult = std::size_t{1} << 20;

enum class Part { whole, beginning };

// `text` as valid UTF-8, at most `max_bytes` of it. Where text is missing, by this or before, a last line says so:
// "[cut: SIZE]", where SIZE is such as "the output has 300000 bytes".
// Binary data is not shown: "[binary data, which is not shown: SIZE]". Bytes that are no UTF-8 are shown as U+FFFD,
// which a line says as well.
[[nodiscard]] std::string capped_text(std::string text, Part part, std::size_t max_bytes, std::string_view size);

// Whether the beginning of `bytes` is that of a picture, an archive, a program, rather than text in some charset.
[[nodiscard]] bool is_binary(std::string_view bytes);

}  // namespace executus::tools
