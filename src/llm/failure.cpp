#include "llm/failure.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"
#include "llm/masked.hpp"

namespace executus::llm {
namespace {

constexpr std::size_t kQuotedCharacters = 500;
constexpr std::size_t kReadBytes = std::size_t{32} * 1024;  // a key may be written in as many as half of them

// What keys of OpenAI, Anthropic and many others begin with; of Google, Groq, xAI and Hugging Face.
constexpr std::array<std::string_view, 5> kKeyPrefixes{"sk-", "AIza", "gsk_", "xai-", "hf_"};

bool is_word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_'; }

// Providers quote keys back, also other keys than ours (of an organisation, of a proxy).
void mask_keys(std::string& text, std::string_view prefix) {
  for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at + 3)) {
    auto end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_*", at);
    if (at == 0 || !is_word_character(text[at - 1])) text.replace(at, std::min(end, text.size()) - at, "***");
  }
}

}  // namespace

Failure failure_of_status(int status) {
  if (status == 408 || status == 409 || status == 425 || status == 429 || status >= 500) return Failure::transient;
  return status >= 300 ? Failure::permanent : Failure::unknown;
}

std::string_view code_of_status(int status) {
  if (status >= 300 && status < 400) return "model.redirected";
  if (status == 401 || status == 403) return "model.unauthorized";
  if (status == 402) return "model.no_credit";
  if (status == 404) return "model.not_found";
  if (status == 429) return "model.overloaded";
  return failure_of_status(status) == Failure::permanent ? "model.rejected" : "model.unavailable";
}

std::string quotable(std::string_view text, std::string_view secret) {
  std::string line = masked(repair_utf8(trim(text).substr(0, kReadBytes)), secret, kReadBytes / 2);
  for (auto prefix : kKeyPrefixes) mask_keys(line, prefix);
  for (char& c : line)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
  std::string_view clipped = clip(line, kQuotedCharacters);
  return clipped.size() < line.size() ? std::string(clipped) + "..." : line;
}

}  // namespace executus::llm
