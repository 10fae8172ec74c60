#include "base/secrets/secrets.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/secrets/secret_names.hpp"
#include "base/secrets/secret_parts.hpp"
#include "base/secrets/spelling.hpp"
#include "base/text.hpp"
#include "base/variable_references.hpp"

namespace executus {
namespace {

bool is_word_byte(char c) { return is_ascii_alphanumeric(c) || c == '-' || c == '_'; }
bool is_base64_byte(char c) { return is_word_byte(c) || c == '+' || c == '/' || c == '='; }

bool is_whole_word(std::string_view text, std::size_t begin, std::size_t end) {
  return (begin == 0 || !is_word_byte(text[begin - 1])) && (end == text.size() || !is_word_byte(text[end]));
}

// [begin, end), widened to all of the base64 text that it is a part of.
Secrets::Stretch whole_base64(std::string_view text, std::size_t begin, std::size_t end) {
  while (begin > 0 && is_base64_byte(text[begin - 1])) --begin;
  while (end < text.size() && is_base64_byte(text[end])) ++end;
  return {begin, end};
}

// What every base64 of bytes with `secret` among them has: it depends on where in a group of three it begins.
std::vector<std::string> base64_cores(std::string_view secret) {
  std::vector<std::string> cores;
  for (std::size_t lead = 0; lead < 3; ++lead) {
    auto encoded = base64_encode(std::string(lead, '\0').append(secret));
    auto begin = lead == 0 ? 0 : lead + 1;
    auto end = (lead + secret.size()) * 8 / 6;
    if (end < begin + Secrets::kFoundAnywhere) continue;
    auto core = encoded.substr(begin, end - begin);
    auto url_safe = core;
    std::replace(url_safe.begin(), url_safe.end(), '+', '-');
    std::replace(url_safe.begin(), url_safe.end(), '/', '_');
    if (url_safe != core) cores.push_back(std::move(url_safe));
    cores.push_back(std::move(core));
  }
  return cores;
}

// What switches have, whatever they are called: USE_AUTH=true.
bool is_switch_position(std::string_view value) {
  constexpr std::string_view kPositions[] = {"true", "false", "none", "null", "auto", "enabled", "disabled", "default"};
  return std::ranges::find(kPositions, lowered(trim(value))) != std::end(kPositions);
}

void append_unit(std::string& text, unsigned unit, const char* digits) {
  text += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) text += digits[unit >> shift & 15];
}

// The text as JSON writers write it that keep to ASCII: "p\u00e4ss", characters above U+FFFF as two surrogates.
std::string json_ascii(std::string_view utf8, const char* digits) {
  std::string text;
  while (!utf8.empty()) {
    auto character = clip(utf8, 1);
    utf8.remove_prefix(character.size());
    if (character.size() == 1) {
      text += character;
      continue;
    }
    unsigned point = static_cast<unsigned char>(character[0]) & (0x7fu >> character.size());
    for (char trail : character.substr(1)) point = point << 6 | (static_cast<unsigned char>(trail) & 0x3f);
    if (point > 0xffff) append_unit(text, 0xd800 + ((point - 0x10000) >> 10), digits);
    append_unit(text, point > 0xffff ? 0xdc00 + (point & 0x3ff) : point, digits);
  }
  return text;
}

// Behind a secret, or behind the piece of it that a cut text ends with; npos: there is none.
std::size_t end_of(Spelling spelling, std::string_view text, Cut cut) {
  bool is_piece = spelling.is_cut && (cut == Cut::at_end || cut == Cut::at_both);
  return spelling.end == std::string_view::npos && is_piece ? text.size() : spelling.end;
}

// Behind what stands at `at` of the longest end of `secret`; npos: there is none.
std::size_t end_of_rest(std::string_view text, std::size_t at, std::string_view secret, Cut cut) {
  for (std::size_t left_out = 1; left_out + kShortestPiece <= secret.size(); ++left_out) {
    auto end = end_of(spelling_at(text, at, secret.substr(left_out)), text, cut);
    if (end != std::string_view::npos) return end;
  }
  return std::string_view::npos;
}

}  // namespace

Secrets::Secrets(std::string_view value) {
  add(value);
  add_needle(std::string(trim(value)), false);
}

void Secrets::add_needle(std::string text, bool is_base64) {
  bool known = std::ranges::any_of(needles_, [&](const auto& each) { return each.text == text; });
  if (known || text.empty()) return;
  by_first_[static_cast<unsigned char>(text.front())].push_back(needles_.size());
  needles_.push_back({std::move(text), is_base64});
}

void Secrets::add_parts(const std::vector<std::string>& parts) {
  for (const auto& part : parts) {
    if (part.size() < kShortest) continue;
    for (auto& core : base64_cores(part)) add_needle(std::move(core), true);
    for (const char* digits : {"0123456789abcdef", "0123456789ABCDEF"}) add_needle(json_ascii(part, digits), false);
    add_needle(part, false);
  }
}

void Secrets::add(std::string_view value) {
  add_parts(secret_parts(value));
  for (auto& core : base64_cores(trim(value))) add_needle(std::move(core), true);  // with its line ends
}

void Secrets::add_text(std::string_view text, const Environment& environment) {
  for (const auto& variable : variable_references(text)) {
    auto value = expand_variables(variable.whole, environment);
    if (value.ok() && variable_names_a_secret(variable.name) && !is_switch_position(*value)) add(*value);
  }
  if (auto whole = expand_variables(text, environment); whole.ok()) add_parts(secrets_within(*whole));
}

void Secrets::add_texts(const std::map<std::string, std::string>& texts, const Environment& environment) {
  for (const auto& [name, text] : texts) {
    add_text(text, environment);
    auto whole = expand_variables(text, environment);
    if (whole.ok() && variable_names_a_secret(name) && !is_switch_position(*whole)) add(*whole);
  }
}

std::vector<Secrets::Stretch> Secrets::found_in(std::string_view text, Cut cut) const {
  std::vector<Stretch> found;
  std::vector<std::size_t> next(needles_.size());  // where each may begin again
  auto try_at = [&](std::size_t at, std::size_t index) {
    const auto& needle = needles_[index];
    if (next[index] > at) return;
    auto end = end_of(spelling_at(text, at, needle.text), text, cut);
    if (end == std::string_view::npos) return;
    if (needle.text.size() < kFoundAnywhere && !is_whole_word(text, at, end)) return;
    found.push_back(needle.is_base64 ? whole_base64(text, at, end) : Stretch{at, end});
    next[index] = found.back().end;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!begins_escape(text[at])) {
      for (auto index : by_first_[static_cast<unsigned char>(text[at])]) try_at(at, index);
      continue;
    }
    for (char c : spelled_at(text, at))
      for (auto index : by_first_[static_cast<unsigned char>(c)]) try_at(at, index);
  }
  if (cut == Cut::at_begin || cut == Cut::at_both) add_rests(found, text, cut);
  std::ranges::sort(found, {}, &Stretch::begin);
  return found;
}

// Adds what is left, at the beginning of the text, of secrets that begin before it. An escape that was cut in two, and
// the indentation of a folded line, may stand before that.
void Secrets::add_rests(std::vector<Stretch>& found, std::string_view text, Cut cut) const {
  std::vector<std::size_t> places;
  auto indent = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  for (std::size_t begin : {std::size_t{0}, indent})
    for (auto at = begin; at < std::min(begin + kLongestEscape, text.size()); ++at) places.push_back(at);
  for (const auto& needle : needles_) {
    for (auto at : places) {
      auto end = end_of_rest(text, at, needle.text, cut);
      if (end == std::string_view::npos) continue;
      found.push_back(needle.is_base64 ? whole_base64(text, at, end) : Stretch{at, end});
      break;
    }
  }
}

std::string Secrets::masked(std::string_view text, Cut cut) const {
  std::string out;
  std::size_t at = 0;
  for (auto stretch : found_in(text, cut)) {
    if (stretch.begin >= at) out.append(text.substr(at, stretch.begin - at)).append("***");
    at = std::max(at, stretch.end);
  }
  return out.append(text.substr(at));
}

}  // namespace executus
