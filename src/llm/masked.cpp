#include "llm/masked.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "llm/message/base64.hpp"

namespace executus::llm {
namespace {

constexpr std::size_t kFoundAnywhere = 8;  // bytes; what is shorter has to be a whole word
constexpr int kMostPercentLevels = 4;      // "%2D" is one, "%252D" two

using Positions = std::vector<std::size_t>;

struct Stretch {
  std::size_t begin;
  std::size_t end;
};

bool is_word_byte(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_'; }
bool is_base64_byte(char c) { return is_word_byte(c) || c == '+' || c == '/' || c == '='; }
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

// Calls `found` with every character that an escape at `at` may stand for and where that escape ends: %2D, %252D,
// \u002d, \n. Of "\/" and "\\u002d" nothing more is said: backslashes are gaps.
template <class Found>
void each_escape(std::string_view text, std::size_t at, Found found) {
  if (text[at] == '%') {
    ++at;
    for (int level = 0; level < kMostPercentLevels && hex_at(text, at, 2) >= 0; ++level, at += 2) {
      found(hex_at(text, at, 2), at + 2);
      if (text.substr(at, 2) != "25") break;
    }
  } else if (text[at] == '\\') {
    if (++at == text.size()) return;
    if (text[at] == 'u' && hex_at(text, at + 1, 4) >= 0) found(hex_at(text, at + 1, 4), at + 5);
    if (std::string_view("bfnrt").find(text[at]) != std::string_view::npos) found('\n', at + 1);
  }
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

// Where a spelling of `secret` that begins at `begin` ends; npos: there is none. All readings are followed at once:
// "\n" may be a line end, or an n behind a stray backslash.
std::size_t spelling_end(std::string_view text, std::size_t begin, std::string_view secret) {
  bool may_begin = text[begin] == secret.front() || text[begin] == '%' || text[begin] == '\\';
  if (!may_begin) return std::string_view::npos;
  Positions readings{begin}, next;
  for (char wanted : secret) {
    for (std::size_t i = 0; i < readings.size() && readings.front() != begin; ++i)
      add_gap_ends(text, readings[i], readings);
    next.clear();
    for (auto at : readings) add_spelling_ends(text, at, wanted, next);
    if (next.empty()) return std::string_view::npos;
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    readings.swap(next);
  }
  return readings.back();
}

bool is_whole_word(std::string_view text, Stretch found) {
  return (found.begin == 0 || !is_word_byte(text[found.begin - 1])) &&
         (found.end == text.size() || !is_word_byte(text[found.end]));
}

std::vector<Stretch> spellings_of(std::string_view secret, std::string_view text) {
  std::vector<Stretch> all;
  for (std::size_t at = 0; at < text.size();) {
    Stretch found{at, spelling_end(text, at, secret)};
    bool hit = found.end != std::string_view::npos && (secret.size() >= kFoundAnywhere || is_whole_word(text, found));
    if (hit) all.push_back(found);
    at = hit ? found.end : at + 1;
  }
  return all;
}

// What every base64 of bytes with `secret` among them has: it depends on where in a group of three it begins.
std::vector<std::string> base64_cores(std::string_view secret) {
  std::vector<std::string> cores;
  for (std::size_t lead = 0; lead < 3; ++lead) {
    auto encoded = base64_encode(std::string(lead, '\0').append(secret));
    auto begin = lead == 0 ? 0 : lead + 1;
    auto end = (lead + secret.size()) * 8 / 6;
    if (end < begin + kFoundAnywhere) continue;
    auto core = encoded.substr(begin, end - begin);
    auto url_safe = core;
    std::replace(url_safe.begin(), url_safe.end(), '+', '-');
    std::replace(url_safe.begin(), url_safe.end(), '/', '_');
    if (url_safe != core) cores.push_back(std::move(url_safe));
    cores.push_back(std::move(core));
  }
  return cores;
}

Stretch whole_base64(std::string_view text, Stretch core) {
  while (core.begin > 0 && is_base64_byte(text[core.begin - 1])) --core.begin;
  while (core.end < text.size() && is_base64_byte(text[core.end])) ++core.end;
  return core;
}

}  // namespace

std::string masked(std::string_view text, std::string_view secret, std::size_t shown) {
  if (secret.empty()) return std::string(text.substr(0, shown));
  auto hidden = spellings_of(secret, text);
  for (const auto& core : base64_cores(secret))
    for (const auto& found : spellings_of(core, text)) hidden.push_back(whole_base64(text, found));
  std::sort(hidden.begin(), hidden.end(), [](Stretch a, Stretch b) { return a.begin < b.begin; });
  shown = std::min(shown, text.size());
  std::string out;
  std::size_t at = 0;
  for (auto stretch : hidden) {
    if (stretch.begin >= shown) break;
    if (stretch.begin >= at) out.append(text.substr(at, stretch.begin - at)).append("***");
    at = std::max(at, stretch.end);
  }
  return at < shown ? out.append(text.substr(at, shown - at)) : out;
}

}  // namespace executus::llm
