#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace executus {
namespace {

// Bytes of the valid character that starts at text[at]; 0 when none does. Table 3-7 of the Unicode standard.
std::size_t character_length(std::string_view text, std::size_t at) {
  auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u; };
  auto trail = [&](std::size_t i) { return byte(i) >= 0x80 && byte(i) <= 0xbf; };
  unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  if (lead < 0xe0) return trail(1) ? 2 : 0;
  unsigned low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  unsigned high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (byte(1) < low || byte(1) > high || !trail(2)) return 0;
  if (lead < 0xf0) return 3;
  return trail(3) ? 4 : 0;
}

// The first place at or after `at` where less than eight bytes of ASCII follow: most text is ASCII.
std::size_t skip_ascii(std::string_view text, std::size_t at) {
  constexpr std::uint64_t kNotAscii = 0x8080808080808080;
  for (std::uint64_t bytes = 0; at + sizeof bytes <= text.size(); at += sizeof bytes) {
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    if (bytes & kNotAscii) break;
  }
  return at;
}

std::size_t step(std::string_view text, std::size_t at) { return std::max<std::size_t>(1, character_length(text, at)); }

}  // namespace

std::size_t count_characters(std::string_view utf8) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < utf8.size(); at += step(utf8, at)) ++count;
  return count;
}

std::string_view clip(std::string_view utf8, std::size_t max_characters) {
  std::size_t at = 0;
  for (; at < utf8.size() && max_characters > 0; --max_characters) at += step(utf8, at);
  return utf8.substr(0, at);
}

std::string_view clip_front(std::string_view utf8, std::size_t max_characters) {
  std::size_t count = count_characters(utf8);
  if (count <= max_characters) return utf8;
  return utf8.substr(clip(utf8, count - max_characters).size());
}

std::string_view clip_bytes(std::string_view utf8, std::size_t max_bytes) {
  if (utf8.size() <= max_bytes) return utf8;
  for (std::size_t back = 0; back <= std::min<std::size_t>(3, max_bytes); ++back) {
    std::size_t start = max_bytes - back;
    std::size_t length = character_length(utf8, start);
    if (length > back) return utf8.substr(0, start);  // the character that starts here does not fit
  }
  return utf8.substr(0, max_bytes);
}

std::size_t valid_utf8_prefix(std::string_view text) {
  std::size_t at = skip_ascii(text, 0);
  while (at < text.size()) {
    std::size_t length = character_length(text, at);
    if (length == 0) return at;
    at = skip_ascii(text, at + length);
  }
  return at;
}

bool is_valid_utf8(std::string_view text) { return valid_utf8_prefix(text) == text.size(); }

std::string repair_utf8(std::string_view text) {
  std::string repaired;
  repaired.reserve(text.size());
  while (!text.empty()) {
    std::size_t valid = valid_utf8_prefix(text);
    repaired += text.substr(0, valid);
    if (valid == text.size()) break;
    repaired += "\xef\xbf\xbd";
    text.remove_prefix(valid + 1);
  }
  return repaired;
}

std::string as_utf8(std::string text) { return is_valid_utf8(text) ? std::move(text) : repair_utf8(text); }

std::string_view trim(std::string_view text) {
  constexpr std::string_view white = " \t\r\n\f\v";
  std::size_t first = text.find_first_not_of(white);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool matches_glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, after_star = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after_star = t;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      t += step(text, t);
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {  // let the last star take one character more
      p = star + 1;
      t = after_star += step(text, after_star);
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  constexpr std::size_t longest = 64;
  a = a.substr(0, longest);
  b = b.substr(0, longest);
  std::array<std::array<std::size_t, longest + 1>, longest + 1> d;  // d[i][j]: from a[0,i) to b[0,j)
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

std::size_t plausible_distance(std::string_view word) { return std::max<std::size_t>(1, word.size() / 3); }

}  // namespace executus
