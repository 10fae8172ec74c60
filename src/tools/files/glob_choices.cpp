#include "tools/files/glob_choices.hpp"

#include <algorithm>

namespace executus::tools {

std::size_t behind_class(std::string_view glob, std::size_t at) {
  if (glob.substr(at, 2) != "[:") return at;
  auto end = glob.find_first_not_of("abcdefghijklmnopqrstuvwxyz", at + 2);
  return end != std::string_view::npos && glob.substr(end, 2) == ":]" ? end + 2 : at;
}

std::size_t end_of_set(std::string_view glob, std::size_t at) {
  ++at;
  if (at < glob.size() && (glob[at] == '!' || glob[at] == '^')) ++at;
  for (auto first = at; at < glob.size();) {
    if (glob[at] == ']' && at > first) return at;
    at = std::max(at + 1, behind_class(glob, at));
  }
  return std::string_view::npos;
}

std::vector<bool> braces_of_choices(std::string_view glob) {
  struct Open {
    std::size_t at;
    bool has_comma;
  };
  std::vector<bool> found(glob.size());
  std::vector<Open> open;
  each_plain_place(glob, [&](std::size_t at) {
    if (glob[at] == '{') {
      open.push_back({at, false});
    } else if (glob[at] == ',' && !open.empty()) {
      open.back().has_comma = true;
    } else if (glob[at] == '}' && !open.empty()) {
      if (open.back().has_comma) found[open.back().at] = found[at] = true;
      open.pop_back();
    }
  });
  return found;
}

std::string marks_of_groups(std::string_view glob, Groups groups) {
  struct Open {
    std::size_t kind;
    std::vector<std::size_t> bars;
  };
  std::string marks(glob.size(), ' ');
  if (groups == Groups::are_characters) return marks;
  std::vector<Open> open;
  std::size_t before = glob.size();  // the last plain place
  each_plain_place(glob, [&](std::size_t at) {
    if (glob[at] == '(') {
      bool has_sign = before + 1 == at && std::string_view("@?*+").find(glob[before]) != std::string_view::npos;
      open.push_back({has_sign ? before : at, {}});
    } else if (glob[at] == '|' && !open.empty()) {
      open.back().bars.push_back(at);
    } else if (glob[at] == ')' && !open.empty()) {
      char kind = glob[open.back().kind];
      bool is_group = kind != '(' || (groups == Groups::with_bars && !open.back().bars.empty());
      if (is_group) marks[open.back().kind] = marks[at] = kind;
      for (auto bar : open.back().bars) marks[bar] = is_group ? '|' : ' ';
      open.pop_back();
    }
    before = at;
  });
  return marks;
}

Choices::Choices(std::string_view glob) : marks_(glob.size(), -1) {
  auto braces = braces_of_choices(glob);
  auto groups = marks_of_groups(glob, Groups::with_bars);
  each_plain_place(glob, [&](std::size_t at) {
    char c = glob[at];
    bool is_brace = braces[at] || c == ',';
    bool ends = c == '}' || c == ')', separates = c == ',' || c == '|';
    bool is_mark = is_brace || groups[at] != ' ';
    if (is_mark && !ends && !separates) return open(at, is_brace ? '{' : groups[at]);
    if (open_.empty()) outside_.push_back(at);
    if (is_mark && separates) separate(at, is_brace);
    if (is_mark && ends) close(at, is_brace);
  });
}

void Choices::open(std::size_t place, char kind) {
  auto index = all_.size();
  std::size_t opening = kind == '{' || kind == '(' ? place : place + 1;
  marks_[place] = marks_[opening] = static_cast<int>(index);
  all_.push_back({kind, place, opening, opening, {}});
  open_.push_back(index);
}

// The index in open_ of the innermost brace, or group; open_.size(): none is open.
std::size_t Choices::innermost(bool is_brace) const {
  for (auto i = open_.size(); i > 0; --i)
    if ((all_[open_[i - 1]].kind == '{') == is_brace) return i - 1;
  return open_.size();
}

void Choices::separate(std::size_t place, bool is_brace) {
  auto found = innermost(is_brace);
  if (found == open_.size()) return;
  all_[open_[found]].separators.push_back(place);
  marks_[place] = static_cast<int>(open_[found]);
}

void Choices::close(std::size_t place, bool is_brace) {
  auto found = innermost(is_brace);
  if (found == open_.size()) return;
  all_[open_[found]].close = place;
  marks_[place] = static_cast<int>(open_[found]);
  open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(found));
}

}  // namespace executus::tools
