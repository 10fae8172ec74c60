#include "tools/edits/replacement.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include <executus/base/error.hpp>

#include "tools/edits/normal_text.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kNamedLines = 5;

Error edit_error(const std::string& what) { return failed("tool.edit", what); }

// Two places may overlap where the text has to be there once.
std::vector<std::size_t> places_of(std::string_view part, std::string_view text, Occurrences which) {
  std::vector<std::size_t> places;
  auto step = which == Occurrences::all ? part.size() : 1;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + step)) places.push_back(at);
  return places;
}

std::string lines_of(const std::vector<std::size_t>& places, std::string_view text) {
  std::string lines;
  for (std::size_t i = 0; i < std::min(places.size(), kNamedLines); ++i)
    (lines += i == 0 ? "" : ", ") += std::to_string(1 + std::ranges::count(text.substr(0, places[i]), '\n'));
  return places.size() > kNamedLines ? lines + ", ..." : lines;
}

// The part that differs, which is what is replaced.
struct Difference {
  std::size_t begin = 0;    // behind what both begin with
  std::size_t old_end = 0;  // before what both end with
  std::size_t new_end = 0;
};

Difference difference(std::string_view old_text, std::string_view new_text) {
  auto begins = std::ranges::mismatch(old_text, new_text);
  auto same = static_cast<std::size_t>(begins.in1 - old_text.begin());
  Difference part{same, old_text.size(), new_text.size()};
  while (part.old_end > same && part.new_end > same && old_text[part.old_end - 1] == new_text[part.new_end - 1])
    --part.old_end, --part.new_end;
  return part;
}

// `added` with the line ends of what it replaces, line by line; more lines end as the last of them.
std::string with_line_ends_of(const NormalText& file, std::size_t begin, std::size_t end, std::string_view added) {
  auto replaced = file.text().find('\n', begin);
  std::string_view line_end = file.line_end_near(begin);
  std::string text;
  for (char c : added) {
    if (c != '\n') {
      text += c;
      continue;
    }
    if (replaced < end) {
      line_end = file.line_end(replaced);
      replaced = file.text().find('\n', replaced + 1);
    }
    text += line_end;
  }
  return text;
}

}  // namespace

std::string with_replacement(std::string_view bytes, std::string_view old_text, std::string_view new_text,
                             Occurrences which) {
  NormalText file(bytes);
  auto from = with_plain_line_ends(old_text), to = with_plain_line_ends(new_text);
  if (from.empty()) throw edit_error("old_text is empty; give the text that is to be replaced");
  if (from == to) throw edit_error("old_text and new_text are equal (line ends do not count); nothing would change");
  auto places = places_of(from, file.text(), which);
  if (places.empty()) throw edit_error("old_text is not in the file; read it again and copy the text exactly");
  if (places.size() > 1 && which == Occurrences::exactly_one)
    throw edit_error("old_text is in the file " + std::to_string(places.size()) + " times (lines " +
                     lines_of(places, file.text()) + "); give more of the text around it, or set replace_all");
  auto part = difference(from, to);
  std::vector<Splice> splices;
  for (auto at : places) {
    auto begin = at + part.begin, end = at + part.old_end;
    auto added = std::string_view(to).substr(part.begin, part.new_end - part.begin);
    splices.push_back({file.place(begin), file.place(end), with_line_ends_of(file, begin, end, added)});
  }
  return spliced(bytes, splices);
}

}  // namespace executus::tools
