#include "base/json/json_mend.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace executus {
namespace {

// The code unit of "\uXXXX" at the beginning of `text`.
std::optional<unsigned> escaped_unit(std::string_view text) {
  unsigned unit = 0;
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
  auto read = std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
  if (read.ec != std::errc() || read.ptr != text.data() + 6) return std::nullopt;
  return unit;
}

bool is_high_surrogate(unsigned unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_low_surrogate(unsigned unit) { return unit >= 0xdc00 && unit < 0xe000; }

std::string three_bytes(unsigned unit) {
  return {static_cast<char>(0xe0U | (unit >> 12)), static_cast<char>(0x80U | ((unit >> 6) & 0x3fU)),
          static_cast<char>(0x80U | (unit & 0x3fU))};
}

// Copies the escape at the beginning of `text` to `out`; returns its length.
std::size_t copy_escape(std::string_view text, std::string& out) {
  auto unit = escaped_unit(text);
  if (!unit) return out += text.substr(0, 2), std::min<std::size_t>(2, text.size());
  auto next = escaped_unit(text.substr(6));
  if (is_high_surrogate(*unit) && next && is_low_surrogate(*next)) return out += text.substr(0, 12), 12;
  if (is_high_surrogate(*unit) || is_low_surrogate(*unit))
    out += three_bytes(*unit);
  else
    out += text.substr(0, 6);
  return 6;
}

// Copies the word or sign at the beginning of `text`, which is outside strings; returns its length.
std::size_t copy_word(std::string_view text, std::string& out) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> words{
      {{"NaN", kNanLiteral}, {"Infinity", "1e99999"}, {"-Infinity", "-1e99999"}}};
  for (auto [word, number] : words)
    if (text.starts_with(word)) return out += number, word.size();
  return out += text[0], 1;
}

}  // namespace

std::string ControlEscaper::feed(std::string_view piece) {
  static constexpr char hex[] = "0123456789abcdef";
  std::string out;
  out.reserve(piece.size());
  for (char c : piece) {
    if (in_string_ && static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += hex[c >> 4];
      out += hex[c & 15];
      escaped_ = false;
      continue;
    }
    out += c;
    if (!escaped_ && c == '"') in_string_ = !in_string_;
    escaped_ = in_string_ && !escaped_ && c == '\\';
  }
  return out;
}

std::string mended_json(std::string_view text) {
  std::string plain = ControlEscaper().feed(text.starts_with("\xef\xbb\xbf") ? text.substr(3) : text);
  std::string out;
  out.reserve(plain.size());
  bool in_string = false;
  for (std::string_view rest = plain; !rest.empty();) {
    std::size_t length = 1;
    if (in_string && rest[0] == '\\')
      length = copy_escape(rest, out);
    else if (!in_string && rest[0] != '"')
      length = copy_word(rest, out);
    else
      out += rest[0], in_string ^= rest[0] == '"';
    rest.remove_prefix(length);
  }
  return out;
}

}  // namespace executus
