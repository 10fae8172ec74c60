#include "base/known_keys.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"

namespace executus {
namespace {

// What keys of OpenAI, Anthropic and many others begin with; of Google, Groq, xAI, Hugging Face, GitHub, GitLab, Slack.
constexpr std::array<std::string_view, 10> kPrefixes{"sk-",  "AIza",        "gsk_",   "xai-",  "hf_",
                                                     "ghp_", "github_pat_", "glpat-", "xoxb-", "xoxp-"};
constexpr std::size_t kShortestKey = 20;

bool is_word_character(char c) { return is_ascii_alphanumeric(c) || c == '-' || c == '_'; }

std::size_t key_end(std::string_view text, std::size_t at) {  // services show "sk-ab***yz"
  while (at < text.size() && (is_word_character(text[at]) || text[at] == '*')) ++at;
  return at;
}

// Where the next key of that kind begins.
std::size_t find_key(std::string_view text, std::string_view prefix, std::size_t from) {
  auto at = text.find(prefix, from);
  while (at != std::string_view::npos && at > 0 && is_word_character(text[at - 1])) at = text.find(prefix, at + 1);
  return at;
}

}  // namespace

std::string without_known_keys(std::string text) {
  for (auto prefix : kPrefixes)
    for (auto at = find_key(text, prefix, 0); at != std::string::npos; at = find_key(text, prefix, at + 3))
      text.replace(at, key_end(text, at) - at, "***");
  return text;
}

bool has_known_key(std::string_view text) {
  return std::ranges::any_of(kPrefixes, [&](auto prefix) {
    for (auto at = find_key(text, prefix, 0); at != std::string_view::npos; at = find_key(text, prefix, at + 1))
      if (key_end(text, at) - at >= kShortestKey) return true;
    return false;
  });
}

}  // namespace executus
