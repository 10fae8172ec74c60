#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include <executus/agent/final_answer.hpp>

#include "base/text.hpp"

namespace executus::agent {
namespace {

constexpr std::size_t kShort = 120;
constexpr std::size_t kSubstantive = 200;
constexpr std::size_t kSubstantiveBesideAShortOne = 80;

// How a closing remark points at what was said before.
constexpr std::array<std::string_view, 12> kReferences{
    "above",         "as i said",        "as mentioned",    "as described", "as noted",         "already provided",
    "already given", "previous message", "earlier message", "see my",       "that's my answer", "that is my answer"};

// How a text announces what its author is about to do.
constexpr std::array<std::string_view, 10> kAnnouncements{
    "let me", "i'll", "i will", "i am going to", "i'm going to", "first, i", "next, i", "now i", "now, i", "let's"};

std::string lowered(std::string_view text) {
  std::string lower(trim(text));
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

bool refers_back(const std::string& text) {
  auto lower = lowered(text);
  return std::ranges::any_of(kReferences, [&](auto phrase) { return lower.find(phrase) != std::string::npos; });
}

bool announces(const std::string& text) {
  auto lower = lowered(text);
  return std::ranges::any_of(kAnnouncements, [&](auto phrase) { return lower.starts_with(phrase); });
}

bool is_substantive(const std::string& text, std::size_t last) {
  auto length = count_characters(text);
  if (length >= kSubstantive) return true;
  return length >= kSubstantiveBesideAShortOne && length >= 3 * last && !announces(text);
}

bool stands_for_itself(const std::string& text) {
  return !trim(text).empty() && (count_characters(text) > kShort || !refers_back(text));
}

}  // namespace

std::string final_answer(const llm::Transcript& transcript) {
  std::string last;
  bool found_last = false;
  for (std::size_t i = transcript.size(); i-- > 0;) {
    if (transcript[i].role != llm::Role::assistant) continue;
    auto text = transcript[i].text();
    if (!found_last) {
      if (stands_for_itself(text)) return text;
      last = std::move(text);
      found_last = true;
    } else if (is_substantive(text, count_characters(last))) {
      return text;
    }
  }
  return last;
}

}  // namespace executus::agent
