#include "skillpack/catalog.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace executus::skillpack {
namespace {

constexpr std::string_view kIntroduction =
    "Skills: instructions for certain tasks. When one fits the task, call skill_use with its name before you begin, "
    "and "
    "follow what it says.";
constexpr std::string_view kCutNote =
    " Descriptions are cut here; skill_use with `find` and some words lists skills with their whole descriptions.";
constexpr std::size_t kShortest = 12;   // characters of a description that are still of use
constexpr std::size_t kMostFound = 20;  // skills of one lookup

std::string line_of(const ChosenSkill& each, std::size_t characters) {
  const auto& description = each.skill->manifest.description;
  std::string line = "\n- " + each.full_name();
  if (characters == 0) return line;
  auto shown = clip(description, characters);
  return line + ": " + std::string(shown) + (shown.size() < description.size() ? "…" : "");
}

std::string text_with(const SkillSet& set, std::size_t characters, bool cut) {
  std::string text(kIntroduction);
  if (cut) text += kCutNote;
  for (const auto& each : set) text += line_of(each, characters);
  return text;
}

// How many characters of each description fit; 0: too few to be of use.
std::size_t even_share(const SkillSet& set, std::size_t characters) {
  std::size_t low = 0, high = kLongestDescription;
  while (low < high) {
    auto middle = (low + high + 1) / 2;
    if (count_characters(text_with(set, middle, true)) <= characters)
      low = middle;
    else
      high = middle - 1;
  }
  return low < kShortest ? 0 : low;
}

std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words(1);
  for (char c : lowered(text)) {
    if (c != ' ' && c != ',' && c != '\n' && c != '\t')
      words.back() += c;
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::size_t matches(const ChosenSkill& each, const std::vector<std::string>& words) {
  auto text = lowered(each.full_name() + " " + each.skill->manifest.description);
  return static_cast<std::size_t>(
      std::ranges::count_if(words, [&](const auto& word) { return text.find(word) != std::string::npos; }));
}

}  // namespace

Catalog catalog_of(const SkillSet& set, std::size_t characters) {
  auto whole = text_with(set, kLongestDescription, false);
  if (count_characters(whole) <= characters) return {std::move(whole), false, kLongestDescription};
  auto share = even_share(set, characters);
  return {text_with(set, share, true), true, share};
}

Catalog catalog_of(const std::vector<std::shared_ptr<const Pack>>& packs, std::size_t characters) {
  SkillSet set;
  for (const auto& pack : packs) add_skills(set, pack, {});
  return catalog_of(set, characters);
}

std::string found_in(const SkillSet& set, std::string_view words) {
  auto wanted = words_in(words);
  struct Match {
    std::size_t words, at;  // how many fit; which of the set
  };
  std::vector<Match> found;
  for (std::size_t i = 0; i < set.size(); ++i)
    if (auto count = matches(set[i], wanted); count > 0) found.push_back({count, i});
  std::ranges::sort(
      found, [](const Match& a, const Match& b) { return a.words != b.words ? a.words > b.words : a.at < b.at; });
  std::string text;
  for (std::size_t i = 0; i < found.size() && i < kMostFound; ++i)
    text += line_of(set[found[i].at], kLongestDescription).substr(text.empty() ? 1 : 0);
  if (found.size() > kMostFound) text += "\n" + std::to_string(found.size() - kMostFound) + " more; give other words";
  return text;
}

}  // namespace executus::skillpack
