#include <algorithm>
#include <array>
#include <string_view>

#include <executus/agent/final_answer.hpp>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace executus::agent {
namespace {

constexpr std::size_t kShort = 120;
constexpr std::size_t kSubstantive = 200;
constexpr std::size_t kSubstantiveBesideAShortOne = 80;

// How a closing remark points at what was said before. "above" alone may be part of an answer ("above 90%"): it counts
// in these phrases, and where it ends a clause.
constexpr std::array<std::string_view, 20> kReferences{
    "see above",        "the above",        "answer above",      "as i said",        "as mentioned",
    "as noted above",   "as stated",        "described above",   "already provided", "already given",
    "already answered", "previous message", "earlier message",   "see my previous",  "see my earlier",
    "see my answer",    "that's my answer", "that is my answer", "as i described",   "nothing to add"};

// How a text announces what its author is about to do, after words such as "okay, now".
constexpr std::array<std::string_view, 8> kAnnouncements{"let me",        "let's",        "i'll",      "i will",
                                                         "i am going to", "i'm going to", "i need to", "i should"};
constexpr std::array<std::string_view, 11> kOpeners{"okay", "ok",    "sure", "alright", "great", "good",
                                                    "now",  "first", "next", "then",    "so"};

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.starts_with(word) && (text.size() == word.size() || !is_ascii_letter(text[word.size()]));
}

// Lower case, and ' for the apostrophe of typesetters.
std::string spelled_plainly(std::string_view text) {
  constexpr std::string_view apostrophe = "\xe2\x80\x99";
  std::string lower = lowered(trim(text));
  for (auto at = lower.find(apostrophe); at != std::string::npos; at = lower.find(apostrophe, at))
    lower.replace(at, apostrophe.size(), "'");
  return lower;
}

bool a_clause_ends_with_above(std::string_view lower) {
  constexpr std::string_view word = " above";
  for (auto at = lower.find(word); at != std::string_view::npos; at = lower.find(word, at + 1)) {
    auto rest = lower.substr(at + word.size());
    if (rest.empty() || std::string_view(".,;:!)").find(rest[0]) != std::string_view::npos) return true;
  }
  return false;
}

bool refers_back(const std::string& text) {
  auto lower = spelled_plainly(text);
  return a_clause_ends_with_above(lower) ||
         std::ranges::any_of(kReferences, [&](auto phrase) { return lower.find(phrase) != std::string::npos; });
}

bool announces(const std::string& text) {
  auto lower = spelled_plainly(text);
  std::string_view rest = lower;
  auto starts_rest = [&](auto word) { return starts_with_word(rest, word); };
  for (;;) {
    const auto* opener = std::ranges::find_if(kOpeners, starts_rest);
    if (opener == kOpeners.end()) return std::ranges::any_of(kAnnouncements, starts_rest);
    rest.remove_prefix(opener->size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" ,.!-\n"), rest.size()));
  }
}

// The length of a text without the white space around it.
std::size_t said(const std::string& text) { return count_characters(trim(text)); }

bool is_substantive(const std::string& text, std::size_t last) {
  auto length = said(text);
  if (length >= kSubstantive) return true;
  return length >= kSubstantiveBesideAShortOne && length >= 3 * last && !announces(text);
}

bool stands_for_itself(const std::string& text) {
  return !trim(text).empty() && (said(text) > kShort || !refers_back(text));
}

}  // namespace

std::string final_answer(const llm::Transcript& transcript, std::size_t from) {
  std::string last;
  bool found_last = false;
  for (std::size_t i = transcript.size(); i-- > from;) {
    if (transcript[i].role != llm::Role::assistant) continue;
    auto text = transcript[i].text();
    if (!found_last) {
      if (stands_for_itself(text)) return text;
      last = std::move(text);
      found_last = true;
    } else if (is_substantive(text, said(last))) {
      return text;
    }
  }
  return last;
}

}  // namespace executus::agent
