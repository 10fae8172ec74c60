#include "base/secrets/secret_parts.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/ascii.hpp"
#include "base/known_keys.hpp"
#include "base/secrets/secret_names.hpp"
#include "base/text.hpp"

namespace executus {
namespace {

namespace json = boost::json;

constexpr std::size_t kShortestPart = 8;  // bytes; shorter words of a secret are in every text

bool is_gap(char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; }

bool is_of_a_word(char c) { return is_ascii_alphanumeric(c) || c == '_' || c == '-'; }

std::string without_gaps(std::string_view text) {
  std::string rest;
  std::ranges::remove_copy_if(text, std::back_inserter(rest), is_gap);
  return rest;
}

// "-----BEGIN PRIVATE KEY-----" says what follows, and is no secret.
void add_part(std::vector<std::string>& parts, std::string_view text) {
  if (text.starts_with("-----") || text.ends_with("-----")) return;
  auto part = without_gaps(text);
  if (part.size() >= kShortestPart) parts.push_back(std::move(part));
}

// The text as HTML forms encode it, where a space is a plus.
std::string with_plus(std::string_view text) {
  std::string form(text);
  std::ranges::replace(form, ' ', '+');
  return form;
}

void add_lines_and_words(std::vector<std::string>& parts, std::string_view text) {
  if (std::ranges::none_of(text, is_gap)) return;
  for (auto line : split(text, '\n')) add_part(parts, trim(line));
  for (auto at = text.begin(); at != text.end();) {
    auto end = std::find_if(at, text.end(), is_gap);
    add_part(parts, std::string_view(at, end));
    at = std::find_if_not(end, text.end(), is_gap);
  }
}

void add_strings(std::vector<std::string>& parts, const json::value& value) {
  if (const auto* text = value.if_string()) {
    add_part(parts, *text);
    add_lines_and_words(parts, *text);
  }
  if (const auto* list = value.if_array())
    for (const auto& each : *list) add_strings(parts, each);
  if (const auto* object = value.if_object())
    for (const auto& member : *object) add_strings(parts, member.value());
}

std::optional<json::value> json_in(std::string_view text) {
  if (text.empty() || std::string_view("{[\"").find(text.front()) == std::string_view::npos) return std::nullopt;
  auto value = parse_json(text);
  return value ? std::optional(std::move(*value)) : std::nullopt;
}

// --- secrets in other texts

// Takes the next word off the front of `text`, and what stands before it; "": there is none.
std::string_view take_word(std::string_view& text) {
  auto begin = std::ranges::find_if(text, is_of_a_word);
  auto end = std::find_if_not(begin, text.end(), is_of_a_word);
  std::string_view word(begin, end);
  text = {end, text.end()};
  return word;
}

bool is_bearer(std::string_view word) { return equals_ignoring_case(word, "bearer"); }

// Where in `rest`, which follows `word`, the value begins that it is given there; npos: it is given none.
std::size_t value_begin(std::string_view word, std::string_view rest) {
  auto next = rest.find_first_not_of(" \t\"'");
  if (next == std::string_view::npos) return next;
  if (rest[next] == ':' || rest[next] == '=') return next + 1;
  return word.starts_with('-') || is_bearer(word) ? next : std::string_view::npos;
}

// Calls `found` with the text before the host of each URL: a user name and password, or a key.
template <class Found>
void each_user_of_a_url(std::string_view text, Found found) {
  for (auto at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3)) {
    auto end = text.find_first_of("/?#@ \t\r\n\"'", at + 3);
    if (end != std::string_view::npos && text[end] == '@') found(text.substr(at + 3, end - at - 3));
  }
}

// Calls `found` with what is behind each word that names a secret and is given a value.
template <class Found>
void each_value_introduced(std::string_view text, Found found) {
  for (auto word = take_word(text); !word.empty(); word = take_word(text)) {
    auto begin = value_begin(word, text);
    if (begin != std::string_view::npos && names_a_secret(word)) found(text.substr(begin));
  }
}

std::string percent_decoded(std::string_view text) {
  auto digit = [](char c) { return std::string_view("0123456789abcdef").find(static_cast<char>(c | 0x20)); };
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    bool escape = text[at] == '%' && at + 2 < text.size() && digit(text[at + 1]) < 16 && digit(text[at + 2]) < 16;
    if (escape)
      decoded += static_cast<char>(digit(text[at + 1]) * 16 + digit(text[at + 2])), at += 2;
    else
      decoded += text[at];
  }
  return decoded;
}

// What is too short to be anything but a word: "auth: none", "token=true".
bool is_plain_word(std::string_view text) {
  return text.size() < kShortestPart && std::ranges::all_of(text, is_ascii_letter);
}

std::string_view take_value(std::string_view& text) {
  auto begin = std::min(text.find_first_not_of(" \t\"'"), text.size());
  auto end = std::min(text.find_first_of(" \t\r\n\"';,&", begin), text.size());
  auto value = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return value;
}

void add_found(std::vector<std::string>& parts, std::string_view text) {
  if (text.empty() || is_plain_word(text) || text.starts_with("-----")) return;
  parts.emplace_back(text);
  if (auto decoded = percent_decoded(text); decoded != text) parts.push_back(std::move(decoded));
}

void add_member(std::vector<std::string>& parts, const json::value& value) {
  if (const auto* text = value.if_string()) {
    add_found(parts, without_gaps(*text));
    add_lines_and_words(parts, *text);
  }
  if (const auto* list = value.if_array())
    for (const auto& each : *list) add_member(parts, each);
  if (value.is_number()) add_found(parts, write_json(value));
}

void add_named_members(std::vector<std::string>& parts, const json::value& value) {
  if (const auto* list = value.if_array())
    for (const auto& each : *list) add_named_members(parts, each);
  if (const auto* object = value.if_object())
    for (const auto& member : *object) {
      if (names_a_secret(member.key())) add_member(parts, member.value());
      add_named_members(parts, member.value());
    }
}

// The line ends of a text as they are, also where it has them as "\n".
std::string with_line_ends(std::string_view text) {
  std::string lines;
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto escape = std::min(text.find_first_not_of('\\', at), text.size());
    bool is_end = escape > at && escape < text.size() && (text[escape] == 'n' || text[escape] == 'r');
    lines += is_end ? '\n' : text[at];
    if (is_end) at = escape;
  }
  return lines;
}

// What stands between BEGIN and END of a private key, and its lines. Headers of encrypted keys have a colon.
void add_private_key(std::vector<std::string>& parts, std::string_view body) {
  std::string key, lines = with_line_ends(body);
  for (auto line : split(lines, '\n')) {
    if (line.find(':') != std::string_view::npos) continue;
    key += without_gaps(line);
    add_part(parts, line);
  }
  add_part(parts, key);
}

void add_private_keys(std::vector<std::string>& parts, std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN", kDashes = "-----";
  for (auto at = text.find(kBegin); at != std::string_view::npos; at = text.find(kBegin, at)) {
    at += kBegin.size();
    auto label = text.substr(at, std::min(text.find(kDashes, at), text.size()) - at);
    if (label.find("PRIVATE KEY") == std::string_view::npos) continue;
    auto body = text.substr(std::min(at + label.size() + kDashes.size(), text.size()));
    add_private_key(parts, body.substr(0, body.find(kDashes)));
  }
}

}  // namespace

std::vector<std::string> secrets_within(std::string_view value) {
  std::vector<std::string> parts;
  each_user_of_a_url(value, [&](std::string_view user) { add_found(parts, user.substr(user.find(':') + 1)); });
  each_value_introduced(value, [&](std::string_view rest) {
    auto first = take_value(rest);
    add_found(parts, is_plain_word(first) ? take_value(rest) : first);  // "Basic x"
  });
  if (auto tree = json_in(trim(value))) add_named_members(parts, *tree);
  add_private_keys(parts, value);
  return parts;
}

std::vector<std::string> secret_parts(std::string_view value) {
  value = trim(value);
  auto parts = secrets_within(value);
  parts.push_back(without_gaps(value));
  add_lines_and_words(parts, value);
  add_part(parts, with_plus(value));
  if (auto tree = json_in(value)) add_strings(parts, *tree);
  if (auto colon = value.find(':'); colon != std::string_view::npos) add_part(parts, value.substr(colon + 1));
  return parts;
}

bool carries_secret(std::string_view text) {
  bool found = text.find("PRIVATE KEY-----") != std::string_view::npos || has_known_key(text);
  each_user_of_a_url(text, [&](std::string_view) { found = true; });
  each_value_introduced(text, [&](std::string_view) { found = true; });
  return found;
}

}  // namespace executus
