#include "skillpack/front_matter.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace executus::skillpack {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";
constexpr std::string_view kKey = "description:";

bool is_fence(std::string_view line) { return line.starts_with("---") && trim(line.substr(3)).empty(); }

std::string with_lf(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') plain += text[i];
  return plain;
}

TextPosition place_of(std::string_view text, std::size_t offset) {
  auto before = text.substr(0, offset);
  auto line = std::ranges::count(before, '\n');
  auto begin = before.rfind('\n');
  auto column = begin == std::string_view::npos ? offset : offset - begin - 1;
  return {static_cast<int>(line) + 1, static_cast<int>(column) + 1};
}

// Whether YAML reads `value` as a plain scalar that its colon breaks.
bool is_broken_by_colon(std::string_view value) {
  if (value.empty() || std::string_view("\"'|>[]{}&*!%@`#").find(value.front()) != std::string_view::npos) return false;
  return value.find(": ") != std::string_view::npos || value.ends_with(':');
}

std::string in_quotes(std::string_view value) {
  std::string text = "'";
  for (char c : value) text += c == '\'' ? std::string("''") : std::string(1, c);
  return text + "'";
}

// Whether a value that begins on the line before goes on there.
bool goes_on(std::string_view line) { return line.starts_with(' ') || line.starts_with('\t'); }

}  // namespace

SkillText skill_text(std::string_view bytes) {
  if (bytes.starts_with(kMark)) bytes.remove_prefix(kMark.size());
  auto bad = std::min(valid_utf8_prefix(bytes), bytes.find('\0'));
  if (bad >= bytes.size()) return {with_lf(bytes), std::nullopt};
  return {"", YamlProblem{place_of(bytes, bad), "this byte is no text in UTF-8; write the file anew as UTF-8"}};
}

std::optional<FrontMatter> front_matter(std::string_view text, YamlProblem& problem) {
  auto lines = split(text, '\n');
  std::size_t first = 0;
  while (first < lines.size() && trim(lines[first]).empty()) ++first;
  problem = {{static_cast<int>(first) + 1, 1}, "no front matter: the file has to begin with a line '---'"};
  if (first == lines.size() || !is_fence(lines[first])) return std::nullopt;
  auto end = std::find_if(lines.begin() + static_cast<std::ptrdiff_t>(first) + 1, lines.end(), is_fence);
  problem.message = "the front matter that begins here has no end: a second line '---'";
  if (end == lines.end()) return std::nullopt;
  FrontMatter parts;
  parts.yaml.assign(first + 1, '\n');
  for (auto line = lines.begin() + static_cast<std::ptrdiff_t>(first) + 1; line != end; ++line)
    parts.yaml += std::string(*line) + "\n";
  auto at = static_cast<std::size_t>(end->data() - text.data()) + end->size();
  parts.body = std::string(trim(text.substr(std::min(at, text.size()))));
  return parts;
}

std::optional<TextPosition> quote_description(std::string& yaml) {
  auto lines = split(yaml, '\n');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].starts_with(kKey)) continue;
    auto value = trim(lines[i].substr(kKey.size()));
    bool one_line = i + 1 == lines.size() || !goes_on(lines[i + 1]);
    if (!one_line || !is_broken_by_colon(value)) return std::nullopt;
    auto at = static_cast<std::size_t>(value.data() - yaml.data());
    auto column = static_cast<int>(value.data() - lines[i].data()) + 1;
    yaml.replace(at, value.size(), in_quotes(value));
    return TextPosition{static_cast<int>(i) + 1, column};
  }
  return std::nullopt;
}

}  // namespace executus::skillpack
