#include "run/redaction.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <boost/json.hpp>

namespace executus::run {
namespace {

namespace json = boost::json;

// As they are once case and separators are gone.
constexpr std::array<std::string_view, 14> kSensitiveParts{
    "token",  "secret",    "password",   "passwd", "passphrase", "pwd",       "authorization",
    "apikey", "accesskey", "privatekey", "cookie", "credential", "sessionid", "bearer"};
constexpr std::array<std::string_view, 4> kSensitiveWords{"auth", "pin", "otp", "cvv"};  // parts of harmless words too

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// Takes the next word off the front of `text`, and what stands before it; "": there is none.
std::string_view take_word(std::string_view& text) {
  auto begin = std::ranges::find_if(text, is_word_character);
  auto end = std::find_if_not(begin, text.end(), is_word_character);
  std::string_view word(begin, end);
  text = {end, text.end()};
  return word;
}

std::string letters_of(std::string_view name) {
  std::string letters;
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c >= 'a' && c <= 'z') letters += c;
  }
  return letters;
}

// What stands before the host of a URL is who one is there, or a key.
bool has_user_in_url(std::string_view text) {
  for (auto at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3)) {
    auto end = text.find_first_of("/?#@ \t\r\n\"'", at + 3);
    if (end != std::string_view::npos && text[end] == '@') return true;
  }
  return false;
}

// Whether `word`, which `rest` follows, is given a value there.
bool introduces_value(std::string_view word, std::string_view rest) {
  auto next = rest.find_first_not_of(" \t\"'");
  if (next == std::string_view::npos) return false;
  bool assigned = rest[next] == ':' || rest[next] == '=';
  bool is_flag = word.starts_with('-');
  return assigned || is_flag || (word.size() == 6 && letters_of(word) == "bearer");
}

const json::value* name_in_pair(const json::object& object) {
  for (std::string_view key : {"name", "key", "header"})
    if (const auto* name = object.if_contains(key); name && name->is_string()) return name;
  return nullptr;
}

void redact_members(json::object& object) {
  const auto* name = name_in_pair(object);
  bool is_sensitive_pair = name && is_sensitive_name(name->get_string());
  for (auto& member : object) {
    if (is_sensitive_name(member.key()) || (is_sensitive_pair && member.key() == "value"))
      member.value() = "***";
    else
      redact(member.value());
  }
}

}  // namespace

bool is_sensitive_name(std::string_view name) {
  auto letters = letters_of(name);
  return std::ranges::find(kSensitiveWords, letters) != kSensitiveWords.end() ||
         std::ranges::any_of(kSensitiveParts, [&](auto part) { return letters.find(part) != std::string::npos; });
}

bool carries_secret(std::string_view text) {
  if (has_user_in_url(text) || text.find("PRIVATE KEY-----") != std::string_view::npos) return true;
  for (auto word = take_word(text); !word.empty(); word = take_word(text))
    if (introduces_value(word, text) && is_sensitive_name(word)) return true;
  return false;
}

void redact(json::value& value) {
  if (auto* list = value.if_array())
    for (auto& each : *list) redact(each);
  if (auto* object = value.if_object()) redact_members(*object);
  if (auto* text = value.if_string(); text && carries_secret(*text)) value = "***";
}

}  // namespace executus::run
