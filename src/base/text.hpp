// Text for people and models: UTF-8 that is never cut in two, nearest words, tool-name patterns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace executus {

// Characters are Unicode code points here and below.
[[nodiscard]] std::size_t count_characters(std::string_view utf8);

// The first `max_characters` characters of `utf8`. Bytes that are no UTF-8 count as a character each.
[[nodiscard]] std::string_view clip(std::string_view utf8, std::size_t max_characters);

// The last `max_characters` characters.
[[nodiscard]] std::string_view clip_front(std::string_view utf8, std::size_t max_characters);

// At most `max_bytes` bytes, cut between characters.
[[nodiscard]] std::string_view clip_bytes(std::string_view utf8, std::size_t max_bytes);

// Valid as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_valid_utf8(std::string_view text);

// Offset of the first byte that is not part of valid UTF-8; text.size() when there is none.
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view text);

// `text` with every byte that is not part of valid UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string repair_utf8(std::string_view text);

// `text` itself when it is valid UTF-8, else repaired.
[[nodiscard]] std::string as_utf8(std::string text);

[[nodiscard]] std::string_view trim(std::string_view text);

// The parts between the separators: one more than there are separators, "" has one empty part.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

// Whether the whole of `text` fits `pattern`: `*` is any run of characters, `?` any one, the rest itself.
[[nodiscard]] bool matches_glob(std::string_view pattern, std::string_view text);

// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other. Of words longer than 64
// bytes only the first 64 are looked at.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The largest edit distance between a word and a misspelling of it.
[[nodiscard]] std::size_t plausible_distance(std::string_view word);

// The candidate nearest to `word`, the first of equals; "" when none is near enough to be what was meant.
template <class Candidates>
[[nodiscard]] std::string closest(std::string_view word, const Candidates& candidates) {
  std::size_t best = plausible_distance(word) + 1;
  std::string found;
  for (std::string_view candidate : candidates) {
    if (std::size_t distance = edit_distance(word, candidate); distance < best) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

// "; did you mean 'model'?" or "".
template <class Candidates>
[[nodiscard]] std::string did_you_mean(std::string_view word, const Candidates& candidates) {
  std::string meant = closest(word, candidates);
  return meant.empty() ? meant : "; did you mean '" + meant + "'?";
}

}  // namespace executus
