// Keeps a secret out of what people read, however it is written there. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace executus::llm {

// The first `shown` bytes of `text` with "***" for every `secret`: as it is, percent-encoded, with JSON's escapes (both
// also more than once), broken by white space and control characters, or in base64, also among other bytes as a Basic
// header has it. What begins among the first `shown` bytes is masked though it ends behind them. A secret below eight
// bytes is masked as a whole word only: servers that want any key get "x", which is in every second word.
[[nodiscard]] std::string masked(std::string_view text, std::string_view secret,
                                 std::size_t shown = std::string_view::npos);

}  // namespace executus::llm
