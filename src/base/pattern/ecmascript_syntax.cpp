#include "base/pattern/ecmascript_syntax.hpp"

#include <cctype>
#include <charconv>
#include <cstdint>
#include <utility>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace executus {
namespace {

// WhiteSpace and LineTerminator of ECMA-262, and all the rest, as ranges of a set.
constexpr std::string_view kSpace =
    R"(\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff})";
constexpr std::string_view kNoSpace =
    R"(\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e})"
    R"(\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff})";
constexpr std::string_view kSpaceCharacters =
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f"
    "\u3000\ufeff";

constexpr std::size_t kLongestCount = 12;  // "12345,123456"

constexpr std::string_view kAny = "(?s:.)", kNothing = R"([^\x{0}-\x{10ffff}])";
constexpr std::string_view kStdAny = R"([\s\S])", kStdNothing = R"([^\s\S])";

std::string escaped(std::uint32_t point) {
  char digits[8];
  auto end = std::to_chars(digits, digits + sizeof digits, point, 16).ptr;
  return "\\x{" + std::string(digits, end) + "}";
}

std::string utf8(std::uint32_t point) {
  auto trail = [&](unsigned shift) { return static_cast<char>(0x80 | (point >> shift & 0x3f)); };
  auto lead = [&](unsigned mark, unsigned shift) { return static_cast<char>(mark | point >> shift); };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {lead(0xc0, 6), trail(0)};
  if (point < 0x10000) return {lead(0xe0, 12), trail(6), trail(0)};
  return {lead(0xf0, 18), trail(12), trail(6), trail(0)};
}

// For std::regex, which reads \u by halves and of \cJ the J.
std::string literal(std::uint32_t point) {
  bool has_meaning = point < 0x80 && std::ispunct(static_cast<int>(point));
  return (has_meaning ? "\\" : "") + utf8(point);
}

std::optional<std::uint32_t> hex(std::string_view digits) {
  std::uint32_t number = 0;
  auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  bool whole = !digits.empty() && read.ec == std::errc() && read.ptr == digits.data() + digits.size();
  return whole ? std::optional(number) : std::nullopt;
}

// What one position of a set is: a character, or a class that is no end of a range.
struct Atom {
  std::string text;
  bool is_class = false;
};

// L, Script=Greek: RE2 knows the short names of categories, and the scripts. Its C lacks what is unassigned. "": it has
// none that is the same.
std::string_view property_of_re2(std::string_view property) {
  auto equals = property.find('=');
  auto key = property.substr(0, equals == std::string_view::npos ? 0 : equals);
  auto name = property.substr(equals == std::string_view::npos ? 0 : equals + 1);
  bool is_category = name.size() <= 2 && name != "C";  // RE2's scripts have longer names
  if (key == "gc" || key == "General_Category") return is_category ? name : "";
  if (key == "sc" || key == "Script") return name.size() > 2 && name != "Any" ? name : "";
  return equals == std::string_view::npos && name != "C" ? name : "";
}

enum class Engine { re2, std_regex };

class Translation final {
 public:
  Translation(std::string_view pattern, Engine engine) : pattern_(pattern), engine_(engine) {}

  Re2Syntax take() {
    result_.kind = Ecmascript::regular;
    while (at_ < pattern_.size() && result_.kind != Ecmascript::refused) step();
    if (open_groups_ > 0) refuse();
    // RE2 begins at any byte, where `\B` alone would fit within a character.
    if (engine_ == Engine::re2 && finds_no_boundary_) result_.expression = "^(?s:.)*?(?:" + result_.expression + ")";
    return std::move(result_);
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : '\0';
  }
  void add(std::string_view text) { result_.expression += text; }
  void refuse() { result_.kind = Ecmascript::refused; }
  [[nodiscard]] std::string of_code_point(std::uint32_t point) const {
    return engine_ == Engine::re2 ? escaped(point) : literal(point);
  }

  void step() {
    bool is_place = peek() == '^' || peek() == '$' || (peek() == '\\' && (peek(1) == 'b' || peek(1) == 'B'));
    bool repeats = std::exchange(is_repeatable_, !is_place && peek() != '(' && peek() != '|');
    switch (peek()) {
      case '*':
      case '+':
      case '?':
        return repetition(repeats, 1);
      case ')':
        if (open_groups_ == 0) return refuse();
        --open_groups_;
        add(")");
        break;
      case '\\':
        return add(escape(false).text);
      case '[':
        return set();
      case '(':
        return group();
      case '{':
        return brace(repeats);
      case '.':
        add(engine_ == Engine::re2 ? R"([^\n\r\x{2028}\x{2029}])" : ".");
        break;
      case '}':
      case ']':
        add("\\");
        [[fallthrough]];
      default:
        add(pattern_.substr(at_, 1));
    }
    ++at_;
  }

  // Of what stands before it, which is neither nothing nor a place nor repeated already: engines differ in what they
  // make of that. `size`: of the repetition without the `?` that makes it lazy.
  void repetition(bool repeats, std::size_t size) {
    if (!repeats) return refuse();
    if (peek(size) == '?') ++size;
    add(pattern_.substr(at_, size));
    at_ += size;
    is_repeatable_ = false;
  }

  void group() {
    ++at_;
    ++open_groups_;
    if (peek() != '?') return add("(");
    if (peek(1) == '=' || peek(1) == '!') {
      result_.kind = Ecmascript::looks_ahead;  // the rest is looked at all the same
      add("(" + std::string(pattern_.substr(at_, 2)));
      at_ += 2;
    } else if (peek(1) == ':') {
      add("(?:");
      at_ += 2;
    } else if (peek(1) == '<' && (is_ascii_letter(peek(2)) || peek(2) == '_' || peek(2) == '$')) {
      auto end = pattern_.find_first_of("()[]{}<>|\\^.*+?/,;:= ", at_ + 2);
      if (end == std::string_view::npos || pattern_[end] != '>') return refuse();
      add("(?:");
      at_ = end + 1;
    } else {
      refuse();
    }
  }

  // A brace that counts nothing is a character.
  void brace(bool repeats) {
    auto end = pattern_.find('}', at_);
    auto inside = pattern_.substr(at_ + 1, end == std::string_view::npos ? 0 : end - at_ - 1);
    bool counts =
        !inside.empty() && is_ascii_digit(inside[0]) && inside.find_first_not_of("0123456789,") == inside.npos;
    if (counts && inside.size() > kLongestCount) return refuse();  // which RE2 takes for characters
    if (counts) return repetition(repeats, inside.size() + 2);
    add("\\{");
    ++at_;
  }

  void set() {
    ++at_;
    bool negated = peek() == '^';
    if (negated) ++at_;
    if (peek() == ']') {
      ++at_;
      return add(engine_ == Engine::re2 ? (negated ? kAny : kNothing) : (negated ? kStdAny : kStdNothing));
    }
    add(negated ? "[^" : "[");
    while (at_ < pattern_.size() && peek() != ']' && result_.kind != Ecmascript::refused) range();
    if (at_ >= pattern_.size()) return refuse();
    ++at_;
    add("]");
  }

  // One atom, or two with a hyphen between them.
  void range() {
    Atom first = atom();
    if (peek() != '-' || peek(1) == ']' || at_ + 1 >= pattern_.size()) return add(first.text);
    ++at_;
    Atom last = atom();
    add(first.text + (first.is_class || last.is_class ? "\\-" : "-") + last.text);
  }

  Atom atom() {
    char c = peek();
    if (c == '\\') return escape(true);
    auto character = clip(pattern_.substr(at_), 1);
    at_ += character.size();
    bool has_meaning = c == '[' || c == '^' || c == '-';
    return {has_meaning ? of_code_point(static_cast<unsigned char>(c)) : std::string(character)};
  }

  Atom escape(bool in_set) {
    ++at_;
    char c = peek();
    switch (c) {
      case 'd':
      case 'D':
      case 'w':
      case 'W':
        ++at_;
        return {{'\\', c}, true};
      case 's':
      case 'S': {
        ++at_;
        if (engine_ == Engine::std_regex) return {{'\\', c}, true};
        std::string all(c == 's' ? kSpace : kNoSpace);
        return {in_set ? all : "[" + all + "]", true};
      }
      case 'b':
        ++at_;
        return {in_set ? of_code_point('\b') : "\\b"};
      case 'B':
        if (in_set) break;
        finds_no_boundary_ = true;
        [[fallthrough]];
      case 'n':
      case 'r':
      case 't':
      case 'f':
      case 'v':
        ++at_;
        return {{'\\', c}};
      case 'p':
      case 'P':
        return property();
      case '0':
        if (is_ascii_digit(peek(1))) break;
        ++at_;
        return {of_code_point(0)};
      case 'c':
        if (!is_ascii_letter(peek(1))) break;
        at_ += 2;
        return {of_code_point(static_cast<unsigned char>(pattern_[at_ - 1]) % 32U)};
      case 'x':
        return of_hex(pattern_.substr(at_ + 1, 2), 2, 3);
      case 'u':
        return unicode();
      default:
        if (at_ >= pattern_.size() || is_ascii_letter(c) || is_ascii_digit(c)) break;
        return itself();
    }
    refuse();
    return {};
  }

  Atom itself() {
    auto character = clip(pattern_.substr(at_), 1);
    at_ += character.size();
    if (character.size() > 1) return {std::string(character)};
    return {of_code_point(static_cast<unsigned char>(character[0]))};
  }

  // The character whose `digits` these are, `size` of them, behind which `length` bytes of pattern are read.
  Atom of_hex(std::string_view digits, std::size_t size, std::size_t length) {
    auto point = digits.size() == size ? hex(digits) : std::nullopt;
    bool is_character = point && *point <= 0x10ffff && (*point < 0xd800 || *point > 0xdfff);
    if (!is_character) return refuse(), Atom{};
    at_ += length;
    return {of_code_point(*point)};
  }

  // \u00e4, \u{1f600}, \ud83d\ude00
  Atom unicode() {
    if (peek(1) == '{') {
      auto end = pattern_.find('}', at_);
      auto digits = pattern_.substr(at_ + 2, end == std::string_view::npos ? 0 : end - at_ - 2);
      return of_hex(digits, digits.size(), digits.size() + 3);
    }
    auto high = hex(pattern_.substr(at_ + 1, 4));
    bool is_pair = high && *high >= 0xd800 && *high < 0xdc00 && pattern_.substr(at_ + 5, 2) == "\\u";
    auto low = is_pair ? hex(pattern_.substr(at_ + 7, 4)) : std::nullopt;
    if (!low || *low < 0xdc00 || *low > 0xdfff) return of_hex(pattern_.substr(at_ + 1, 4), 4, 5);
    at_ += 11;
    return {of_code_point(0x10000 + ((*high - 0xd800) << 10) + (*low - 0xdc00))};
  }

  Atom property() {
    auto end = pattern_.find('}', at_);
    if (peek(1) != '{' || end == std::string_view::npos) return refuse(), Atom{};
    auto name = property_of_re2(pattern_.substr(at_ + 2, end - at_ - 2));
    if (name.empty() || name.find_first_of("^\\{") != std::string_view::npos || engine_ == Engine::std_regex)
      return refuse(), Atom{};
    std::string text = {'\\', peek(), '{'};
    at_ = end + 1;
    return {text + std::string(name) + "}", true};
  }

  std::string_view pattern_;
  Engine engine_;
  std::size_t at_ = 0;
  int open_groups_ = 0;
  bool is_repeatable_ = false;  // what was read last
  bool finds_no_boundary_ = false;
  Re2Syntax result_;
};

}  // namespace

Re2Syntax re2_syntax(std::string_view ecmascript) { return Translation(ecmascript, Engine::re2).take(); }

std::optional<std::string> std_syntax(std::string_view ecmascript) {
  auto syntax = Translation(ecmascript, Engine::std_regex).take();
  return syntax.kind == Ecmascript::refused ? std::nullopt : std::optional(std::move(syntax.expression));
}

std::string with_white_space(std::string_view ecmascript) {
  std::string text;
  bool in_set = false;
  for (std::size_t at = 0; at < ecmascript.size(); ++at) {
    auto two = ecmascript.substr(at, 2);
    if (two == "\\s")
      text += in_set ? std::string(kSpaceCharacters) : "[" + std::string(kSpaceCharacters) + "]";
    else if (two == "\\S" && !in_set)
      text += "[^" + std::string(kSpaceCharacters) + "]";
    else
      text += two[0] == '\\' ? two : two.substr(0, 1);
    if (two[0] == '[') in_set = true;
    if (two[0] == ']') in_set = false;
    if (two[0] == '\\') ++at;
  }
  return text;
}

}  // namespace executus
