#include "base/secrets/spelling.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <vector>

namespace executus {
namespace {

constexpr int kMostPercentLevels = 4;  // "%2D" is one, "%252D" two

// So many escapes between two characters of a secret are passed over; a text of nothing else would be read for hours.
constexpr std::size_t kMostReadings = 64;

constexpr std::size_t kLongestEntity = 8;  // bytes: "&#x0027;"

struct Entity {
  std::string_view name;
  char character;
};
constexpr Entity kEntities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};

using Positions = std::vector<std::size_t>;

bool is_gap_byte(char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; }

// The number that `digits` hexadecimal digits at `at` are; -1: they are none.
int hex_at(std::string_view text, std::size_t at, std::size_t digits) {
  if (at > text.size() || text.size() - at < digits) return -1;
  int number = 0;
  for (char c : text.substr(at, digits)) {
    if (!std::isxdigit(static_cast<unsigned char>(c))) return -1;
    number = number * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return number;
}

// Each of these calls `found` with every character that an escape at `at` may stand for and where that escape ends.

// %2D, %252D
template <class Found>
void each_percent_escape(std::string_view text, std::size_t at, Found found) {
  ++at;
  for (int level = 0; level < kMostPercentLevels && hex_at(text, at, 2) >= 0; ++level, at += 2) {
    found(hex_at(text, at, 2), at + 2);
    if (text.substr(at, 2) != "25") break;
  }
}

// \u002d, \x2d, \n. Of "\/" and "\\u002d" nothing more is said: backslashes are gaps.
template <class Found>
void each_backslash_escape(std::string_view text, std::size_t at, Found found) {
  if (++at == text.size()) return;
  if (text[at] == 'u' && hex_at(text, at + 1, 4) >= 0) found(hex_at(text, at + 1, 4), at + 5);
  if (text[at] == 'x' && hex_at(text, at + 1, 2) >= 0) found(hex_at(text, at + 1, 2), at + 3);
  if (std::string_view("bfnrt").find(text[at]) != std::string_view::npos) found('\n', at + 1);
}

// &amp; &#38; &#x26;
template <class Found>
void each_entity(std::string_view text, std::size_t at, Found found) {
  auto entity = text.substr(at, kLongestEntity);
  auto end = entity.find(';');
  if (end == std::string_view::npos) return;
  entity = entity.substr(1, end - 1);
  for (auto [name, character] : kEntities)
    if (entity == name) found(character, at + end + 1);
  if (!entity.starts_with('#')) return;
  bool is_hex = entity.size() > 1 && (entity[1] | 0x20) == 'x';
  auto digits = entity.substr(is_hex ? 2 : 1);
  int number = 0;
  auto [read, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, is_hex ? 16 : 10);
  if (error == std::errc() && read == digits.data() + digits.size() && number > 0) found(number, at + end + 1);
}

template <class Found>
void each_escape(std::string_view text, std::size_t at, Found found) {
  if (text[at] == '%') each_percent_escape(text, at, found);
  if (text[at] == '\\') each_backslash_escape(text, at, found);
  if (text[at] == '&') each_entity(text, at, found);
}

// Adds where the characters after `at` may go on, when what stands there belongs to none.
void add_gap_ends(std::string_view text, std::size_t at, Positions& ends) {
  if (at >= text.size()) return;
  auto end = at;
  while (end < text.size() && is_gap_byte(text[end])) ++end;
  if (end == at && text[at] == '\\') {
    end = std::min(text.find_first_not_of('\\', at), text.size());
    if (end - at > 1) ends.push_back(end - 1);  // the last of them may begin an escape
  }
  if (end > at) ends.push_back(end);
  each_escape(text, at, [&](int c, std::size_t past) {
    if (c <= ' ' || c == 0x7f) ends.push_back(past);
  });
}

void add_spelling_ends(std::string_view text, std::size_t at, char wanted, Positions& ends) {
  if (at >= text.size()) return;
  if (text[at] == wanted) ends.push_back(at + 1);
  each_escape(text, at, [&](int c, std::size_t past) {
    if (c == static_cast<unsigned char>(wanted)) ends.push_back(past);
  });
}

// Whether nothing is left at `at` but what may be the beginning of an escape or of a character.
bool is_cut_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return true;
  bool is_begun = begins_escape(text[at]) || static_cast<unsigned char>(text[at]) >= 0x80;
  return is_begun && text.size() - at < kLongestEscape;
}

}  // namespace

// All readings are followed at once: "\n" may be a line end, or an n behind a stray backslash.
Spelling spelling_at(std::string_view text, std::size_t begin, std::string_view word) {
  Spelling found;
  bool may_begin = text[begin] == word.front() || begins_escape(text[begin]);
  if (!may_begin) return found;
  Positions readings{begin}, next;
  for (std::size_t done = 0; done < word.size(); ++done) {
    for (std::size_t i = 0; i < std::min(readings.size(), kMostReadings) && readings.front() != begin; ++i)
      add_gap_ends(text, readings[i], readings);
    next.clear();
    for (auto at : readings) add_spelling_ends(text, at, word[done], next);
    if (done >= kShortestPiece)
      found.is_cut = found.is_cut || std::ranges::any_of(readings, [&](auto at) { return is_cut_at(text, at); });
    if (next.empty()) return found;
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    readings.swap(next);
  }
  found.end = readings.back();
  return found;
}

std::string spelled_at(std::string_view text, std::size_t at) {
  std::string characters(1, text[at]);
  each_escape(text, at, [&](int c, std::size_t) {
    if (c < 0x100) characters += static_cast<char>(c);
  });
  return characters;
}

}  // namespace executus
