// Finds a word in a text however it is written there: as it is, percent-encoded, with JSON's escapes (both also more
// than once), broken by white space and control characters. Pure; ends soon for every text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace executus {

struct Spelling {
  std::size_t end = std::string_view::npos;  // behind the whole word; npos: the word is not there
  bool is_cut = false;  // the text ends in the middle of the word, behind kShortestPiece of its bytes or more
};

inline constexpr std::size_t kShortestPiece = 8;   // bytes; what is shorter is a piece of anything
inline constexpr std::size_t kLongestEscape = 12;  // bytes of one escape, but for repeated backslashes

// How much of `word` is spelled out in `text` from `begin` on.
[[nodiscard]] Spelling spelling_at(std::string_view text, std::size_t begin, std::string_view word);

[[nodiscard]] inline bool begins_escape(char c) { return c == '%' || c == '\\' || c == '&'; }

// The characters that the text at `at` may be a spelling of.
[[nodiscard]] std::string spelled_at(std::string_view text, std::size_t at);

}  // namespace executus
