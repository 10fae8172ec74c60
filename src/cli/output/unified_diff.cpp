#include "cli/output/unified_diff.hpp"

#include <algorithm>
#include <vector>

namespace executus::cli {
namespace {

constexpr std::size_t kContext = 3;
constexpr std::size_t kMostCells = 4'000'000;  // of the table of common lengths

using Lines = std::vector<std::string_view>;  // each with its line feed, where it has one

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

struct Edit {
  char mark;  // ' ', '-', '+'
  std::string_view line;
};

// What both begin with is no part of the table.
std::size_t common_beginning(const Lines& a, const Lines& b) {
  auto ends = std::ranges::mismatch(a, b);
  return static_cast<std::size_t>(ends.in1 - a.begin());
}

// How many lines, in their order, a from i on and b from j on have in common.
class CommonLengths {
 public:
  CommonLengths(const Lines& a, const Lines& b, std::size_t begin)
      : begin_(begin), width_(b.size() - begin + 1), lengths_((a.size() - begin + 1) * width_) {
    for (auto i = a.size(); i-- > begin;)
      for (auto j = b.size(); j-- > begin;)
        at(i, j) = a[i] == b[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
  }
  unsigned& at(std::size_t i, std::size_t j) { return lengths_[(i - begin_) * width_ + (j - begin_)]; }

 private:
  const std::size_t begin_, width_;
  std::vector<unsigned> lengths_;
};

void replace_all(std::vector<Edit>& edits, const Lines& a, const Lines& b, std::size_t begin) {
  for (auto i = begin; i < a.size(); ++i) edits.push_back({'-', a[i]});
  for (auto j = begin; j < b.size(); ++j) edits.push_back({'+', b[j]});
}

std::vector<Edit> edits_between(const Lines& a, const Lines& b) {
  std::vector<Edit> edits;
  auto i = common_beginning(a, b), j = i;
  for (std::size_t k = 0; k < i; ++k) edits.push_back({' ', a[k]});
  if ((a.size() - i + 1) * (b.size() - i + 1) > kMostCells) return replace_all(edits, a, b, i), edits;
  CommonLengths common(a, b, i);
  while (i < a.size() || j < b.size()) {
    bool same = i < a.size() && j < b.size() && a[i] == b[j];
    bool removed = i < a.size() && (j == b.size() || common.at(i + 1, j) >= common.at(i, j + 1));
    if (same)
      edits.push_back({' ', a[i++]}), ++j;
    else if (removed)
      edits.push_back({'-', a[i++]});
    else
      edits.push_back({'+', b[j++]});
  }
  return edits;
}

// Edits from `begin` to `end`, with the lines before them counted.
std::string hunk(const std::vector<Edit>& edits, std::size_t begin, std::size_t end) {
  std::size_t before = 0, after = 0, removed = 0, added = 0;
  std::string text;
  for (std::size_t k = 0; k < end; ++k) {
    (k < begin ? before : removed) += edits[k].mark != '+' ? 1 : 0;
    (k < begin ? after : added) += edits[k].mark != '-' ? 1 : 0;
    if (k < begin) continue;
    text += edits[k].mark + std::string(edits[k].line);
    if (!edits[k].line.ends_with('\n')) text += "\n\\ No newline at end of file\n";
  }
  auto range = [](std::size_t first, std::size_t count) {
    return std::to_string(count == 0 ? first : first + 1) + "," + std::to_string(count);
  };
  return "@@ -" + range(before, removed) + " +" + range(after, added) + " @@\n" + text;
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after, const std::string& from,
                         const std::string& to) {
  if (before == after) return "";
  auto edits = edits_between(lines_of(before), lines_of(after));
  auto text = "--- " + from + "\n+++ " + to + "\n";
  auto is_change = [](const Edit& edit) { return edit.mark != ' '; };
  for (auto at = std::ranges::find_if(edits, is_change); at != edits.end();) {
    auto first = static_cast<std::size_t>(at - edits.begin()), last = first;
    for (auto k = first; k < edits.size() && k <= last + 2 * kContext + 1; ++k)
      if (is_change(edits[k])) last = k;
    auto end = std::min(last + 1 + kContext, edits.size());
    text += hunk(edits, first - std::min(first, kContext), end);
    at = std::find_if(edits.begin() + static_cast<std::ptrdiff_t>(end), edits.end(), is_change);
  }
  return text;
}

}  // namespace executus::cli
