#include "base/pattern/lookahead_pattern.hpp"

#include <algorithm>
#include <charconv>
#include <locale>
#include <mutex>
#include <optional>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "base/pattern/ecmascript_syntax.hpp"
#include "base/text.hpp"

namespace executus {
namespace {

constexpr std::size_t max_cost = 3000;        // std::regex recurses over states: this many fit a small stack
constexpr std::size_t max_work = 20'000'000;  // states times bytes: about a second
constexpr std::size_t counted_too_high = 1'000'000;

// __polynomial: libstdc++'s breadth-first matcher, linear in the text and without recursion over it. It throws for
// back-references.
constexpr auto kFlags = std::regex::ECMAScript | std::regex_constants::__polynomial;

// Whatever the locale of the process is.
template <class Character>
std::basic_regex<Character> compiled(const std::basic_string<Character>& pattern) {
  std::basic_regex<Character> expression;
  expression.imbue(std::locale::classic());
  expression.assign(pattern, kFlags);
  return expression;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c < 0x80; });
}

// One character as `clip` finds it: well-formed, or one byte that is no UTF-8.
wchar_t code_point(std::string_view character) {
  unsigned lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return lead < 0x80 ? static_cast<wchar_t>(lead) : L'\ufffd';
  unsigned point = lead & (0x7fu >> character.size());
  for (char trail : character.substr(1)) point = point << 6 | (static_cast<unsigned char>(trail) & 0x3f);
  return static_cast<wchar_t>(point);
}

std::wstring characters_of(std::string_view utf8) {
  std::wstring characters;
  while (!utf8.empty()) {
    auto character = clip(utf8, 1);
    characters += code_point(character);
    utf8.remove_prefix(character.size());
  }
  return characters;
}

// The larger number of "{3}", "{3,}" or "{3,7}" whose text starts after the brace; 1 when it is no repetition.
std::size_t repetition(std::string_view braces) {
  std::size_t low = 1, high = 0;
  auto [end, error] = std::from_chars(braces.data(), braces.data() + braces.size(), low);
  if (end != braces.data() + braces.size() && *end == ',' && error == std::errc())
    error = std::from_chars(end + 1, braces.data() + braces.size(), high).ec;
  if (error == std::errc::result_out_of_range) return counted_too_high;
  return std::min(std::max({low, high, std::size_t{1}}), counted_too_high);
}

// "\12345678901" is a back-reference, whose number libstdc++ reads without a look at its size.
bool begins_with_long_number(std::string_view text) {
  auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  return digits > 9;
}

}  // namespace

std::size_t pattern_cost(std::string_view pattern) {
  std::vector<std::size_t> groups{0};  // the cost of each open group so far
  std::size_t atom = 0;                // of the last atom, already in groups.back()
  auto add = [&](std::size_t cost) { groups.back() = std::min(groups.back() + (atom = cost), counted_too_high); };
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    switch (pattern[i]) {
      case '\\':
        add(begins_with_long_number(pattern.substr(i + 1)) ? counted_too_high : 1);
        ++i;
        break;
      case '[':
        for (++i; i < pattern.size() && pattern[i] != ']'; ++i) i += pattern[i] == '\\';
        add(1);
        break;
      case '(':
        groups.push_back(2);
        break;
      case ')':
        if (groups.size() > 1) {
          std::size_t cost = groups.back();
          groups.pop_back();
          add(cost);
        }
        break;
      case '{': {
        std::size_t times = repetition(pattern.substr(i + 1));
        groups.back() = std::min(groups.back() + atom * (times - 1), counted_too_high);
        atom = std::min(atom * times, counted_too_high);
        break;
      }
      default:
        add(1);
    }
  }
  std::size_t total = 0;
  for (std::size_t cost : groups) total += cost;
  return total;
}

// Bytes do where pattern and text are ASCII, which is faster. Else characters have to be what they are, and the pattern
// is compiled for them when the first such text comes.
struct LookaheadPattern::Compiled {
  std::optional<std::regex> bytes;  // nothing: the pattern is not ASCII
  std::wstring pattern;
  std::size_t cost;
  mutable std::once_flag asked;
  mutable std::optional<std::wregex> characters;

  // Null: it cannot be compiled so.
  const std::wregex* for_characters() const {
    std::call_once(asked, [&] {
      try {
        characters.emplace(compiled<wchar_t>(pattern));
      } catch (const std::regex_error&) {
      }
    });
    return characters ? &*characters : nullptr;
  }
};

LookaheadPattern::LookaheadPattern(std::string_view ecmascript) {
  auto text = std_syntax(ecmascript);
  std::size_t cost = text ? pattern_cost(*text) + 1 : counted_too_high;
  if (cost > max_cost) return;
  try {
    auto compiled_now = std::make_shared<Compiled>();
    compiled_now->cost = cost;
    compiled_now->pattern = characters_of(with_white_space(*text));
    if (is_ascii(*text))
      compiled_now->bytes.emplace(compiled<char>(*text));
    else if (!compiled_now->for_characters())
      return;
    compiled_ = std::move(compiled_now);
  } catch (const std::regex_error&) {
  }
}

PatternMatch LookaheadPattern::search(std::string_view text) const {
  if (text.size() > max_work / compiled_->cost) return PatternMatch::too_long;
  const std::wregex* characters = compiled_->bytes && is_ascii(text) ? nullptr : compiled_->for_characters();
  bool found = characters ? std::regex_search(characters_of(text), *characters)
                          : std::regex_search(text.begin(), text.end(), *compiled_->bytes);
  return found ? PatternMatch::yes : PatternMatch::no;
}

}  // namespace executus
