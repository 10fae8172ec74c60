#include "base/secrets/secret_names.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/ascii.hpp"

namespace executus {
namespace {

using Words = std::vector<std::string>;

// Anywhere in a name, once case and separators are gone.
constexpr std::array<std::string_view, 17> kParts{
    "token", "secret",        "passw",     "passphrase", "passcode",   "pwd",       "credential", "cookie",    "bearer",
    "oauth", "authorization", "accesskey", "apikey",     "privatekey", "sessionid", "mnemonic",   "seedphrase"};

// These count only as a whole word of a name, since many harmless words contain them ("author", "pin" in "spin").
constexpr std::array<std::string_view, 15> kWords{"auth", "pass", "pw",  "pin", "otp", "totp", "cvv",  "cvc",
                                                  "jwt",  "pat",  "sas", "psk", "pem", "cred", "creds"};

// Beside these, tokens are what models count.
constexpr std::array<std::string_view, 10> kMeasures{"max",    "min", "count", "limit", "budget",
                                                     "number", "num", "total", "used",  "usage"};

// Keys that lock nothing.
constexpr std::array<std::string_view, 8> kHarmlessKeys{"public",    "primary", "foreign",     "sort",
                                                        "partition", "cache",   "idempotency", "shift"};

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

// Of "dbUserPwd_2" db, user, pwd.
Words words_of(std::string_view name) {
  Words words{""};
  char before = 0;
  for (char c : name) {
    bool begins = is_lower(before) && lowered(c) != c;
    if (begins && !words.back().empty()) words.emplace_back();
    if (is_lower(lowered(c)))
      words.back() += lowered(c);
    else if (!words.back().empty())
      words.emplace_back();
    before = c;
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

template <class List>
bool has(const List& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

enum class BareKey { is_harmless, is_secret };

// "DEPLOY_KEY", "sshkey", "signing-keys-v2".
bool has_key(const Words& words, BareKey bare) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (word.ends_with("keys")) word.remove_suffix(1);
    if (!word.ends_with("key")) continue;
    word.remove_suffix(3);
    std::string_view of = word.empty() && i > 0 ? std::string_view(words[i - 1]) : word;
    if (of.empty() ? bare == BareKey::is_secret : !has(kHarmlessKeys, of)) return true;
  }
  return false;
}

bool ends_with_pass(std::string_view word) { return word.ends_with("pass") && word != "bypass" && word != "compass"; }

// Tokenizers take texts apart: TOKENIZERS_PARALLELISM.
bool is_of_tokenizers(std::string_view word) { return word.starts_with("tokeniz") || word.starts_with("tokenis"); }

bool names_one(const Words& words, BareKey bare) {
  bool counts = std::ranges::any_of(words, [](const auto& word) { return has(kMeasures, word); });
  std::string letters;
  for (const auto& word : words) {
    bool is_counted = counts && (word == "token" || word == "tokens");
    if (!is_counted && !is_of_tokenizers(word)) letters += word;
  }
  auto has_part = [&](std::string_view part) { return letters.find(part) != std::string::npos; };
  return std::ranges::any_of(kParts, has_part) || has_key(words, bare) ||
         std::ranges::any_of(words, [](const auto& word) { return has(kWords, word) || ends_with_pass(word); });
}

}  // namespace

bool names_a_secret(std::string_view name) { return names_one(words_of(name), BareKey::is_harmless); }

bool variable_names_a_secret(std::string_view name) {
  bool is_directory = name == "PWD" || name == "OLDPWD";
  return !is_directory && names_one(words_of(name), BareKey::is_secret);
}

}  // namespace executus
