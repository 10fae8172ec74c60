// Finds a word in a text however it is written there: as it is, percent-encoded, with JSON's escapes (both also more
// than once), broken by white space and control characters. Pure; ends soon for every text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace executus {

// Where a spelling of `word` that begins at `begin` ends; npos: there is none.
[[nodiscard]] std::size_t spelling_end(std::string_view text, std::size_t begin, std::string_view word);

[[nodiscard]] inline bool begins_escape(char c) { return c == '%' || c == '\\' || c == '&'; }

// The characters that what stands at `at` may be a spelling of.
[[nodiscard]] std::string spelled_at(std::string_view text, std::size_t at);

}  // namespace executus
