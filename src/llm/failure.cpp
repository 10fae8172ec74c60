#include "llm/failure.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <ctime>

#include "base/text.hpp"

namespace executus::llm {
namespace {

constexpr std::size_t kQuotedCharacters = 500;
constexpr Milliseconds kLongestWait = std::chrono::hours(24);

std::optional<Milliseconds> http_date_wait(const std::string& value, WallTime now) {
  std::tm date{};
  const char* end = ::strptime(value.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  if (!end || *end != '\0') return std::nullopt;
  WallTime when{std::chrono::seconds(::timegm(&date))};
  return std::clamp(when - now, Milliseconds(0), kLongestWait);
}

bool is_word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_'; }

// A short secret ("x", of servers that want any key) is masked as a whole word only: it is in every second word.
void mask_all(std::string& text, std::string_view secret) {
  if (secret.empty()) return;
  for (auto at = text.find(secret); at != std::string::npos;) {
    auto end = at + secret.size();
    bool whole = (at == 0 || !is_word_character(text[at - 1])) && (end == text.size() || !is_word_character(text[end]));
    bool hit = whole || secret.size() >= 8;
    if (hit) text.replace(at, secret.size(), "***");
    at = text.find(secret, at + (hit ? 3 : 1));
  }
}

// Providers quote keys back, also other keys than ours (of an organisation, of a proxy).
void mask_keys(std::string& text) {
  for (auto at = text.find("sk-"); at != std::string::npos; at = text.find("sk-", at + 3)) {
    auto end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_*", at);
    if (at == 0 || !is_word_character(text[at - 1])) text.replace(at, std::min(end, text.size()) - at, "***");
  }
}

}  // namespace

Failure failure_of_status(int status) {
  if (status == 408 || status == 409 || status == 425 || status == 429 || status >= 500) return Failure::transient;
  return status >= 400 ? Failure::permanent : Failure::unknown;
}

std::string_view code_of_status(int status) {
  if (status == 401 || status == 403) return "model.unauthorized";
  if (status == 404) return "model.not_found";
  if (status == 429) return "model.overloaded";
  return failure_of_status(status) == Failure::permanent ? "model.rejected" : "model.unavailable";
}

std::optional<Milliseconds> parse_retry_after(std::string_view value, WallTime now) {
  value = trim(value);
  double seconds = 0;
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc() || end != value.data() + value.size()) return http_date_wait(std::string(value), now);
  if (!std::isfinite(seconds) || seconds < 0) return std::nullopt;
  return Milliseconds(static_cast<std::int64_t>(std::ceil(std::min(seconds, 86'400.0) * 1'000)));
}

std::string quotable(std::string_view text, std::string_view secret) {
  std::string line = repair_utf8(trim(text));
  mask_all(line, secret);
  mask_keys(line);
  for (char& c : line)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
  std::string_view clipped = clip(line, kQuotedCharacters);
  return clipped.size() < line.size() ? std::string(clipped) + "..." : line;
}

}  // namespace executus::llm
