#include "tools/file_glob.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include <executus/base/error.hpp>

#include "base/text.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kLongestGlob = 4096;         // bytes; no path is longer
constexpr std::size_t kLongestExpression = 65536;  // bytes that come of one

enum class Commas { are_characters, part_globs };
enum class Groups { are_characters, are_choices };  // @(a|b)

constexpr std::string_view kClasses[] = {"alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph",
                                         "lower", "print", "punct", "space", "upper", "word",  "xdigit"};

bool has_meaning(char c) { return std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos; }

std::string quoted(std::string_view text) {
  std::string quoted;
  for (char c : text) (quoted += has_meaning(c) ? "\\" : "") += c;
  return quoted;
}

// Behind a class such as [:digit:] that begins at `at`; `at`: there is none.
std::size_t behind_class(std::string_view glob, std::size_t at) {
  if (glob.substr(at, 2) != "[:") return at;
  auto end = glob.find_first_not_of("abcdefghijklmnopqrstuvwxyz", at + 2);
  return end != std::string_view::npos && glob.substr(end, 2) == ":]" ? end + 2 : at;
}

bool is_negation(char c) { return c == '!' || c == '^'; }

// Where the set of characters ends whose bracket stands at `at`: at its other bracket; npos: it is no set.
std::size_t end_of_set(std::string_view glob, std::size_t at) {
  ++at;
  if (at < glob.size() && is_negation(glob[at])) ++at;
  for (auto first = at; at < glob.size();) {
    if (glob[at] == ']' && at > first) return at;
    at = std::max(at + 1, behind_class(glob, at));
  }
  return std::string_view::npos;
}

// Calls `visit` with the place of each character that is neither escaped nor in a set.
template <class Visit>
void each_plain_place(std::string_view glob, Visit visit) {
  for (std::size_t at = 0; at < glob.size(); ++at) {
    auto end = glob[at] == '[' ? end_of_set(glob, at) : std::string_view::npos;
    if (end != std::string_view::npos)
      at = end;
    else if (glob[at] == '\\')
      ++at;
    else
      visit(at);
  }
}

// Marks braces that are a choice, which have an end and a comma in between; other braces are characters.
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

// What stands where a group is: its kind ('@', '?', '*', '+') at its beginning and end, '|' between its choices.
std::string marks_of_groups(std::string_view glob) {
  struct Open {
    std::size_t kind;
    std::vector<std::size_t> bars;
  };
  std::string marks(glob.size(), ' ');
  std::vector<Open> open;
  std::size_t before = glob.size();  // the last plain place
  each_plain_place(glob, [&](std::size_t at) {
    if (glob[at] == '(') {
      bool is_group = before + 1 == at && std::string_view("@?*+").find(glob[before]) != std::string_view::npos;
      open.push_back({is_group ? before : at, {}});
    } else if (glob[at] == '|' && !open.empty()) {
      open.back().bars.push_back(at);
    } else if (glob[at] == ')' && !open.empty()) {
      char kind = glob[open.back().kind];
      if (kind != '(') marks[open.back().kind] = marks[at] = kind;
      for (auto bar : open.back().bars) marks[bar] = kind == '(' ? ' ' : '|';
      open.pop_back();
    }
    before = at;
  });
  return marks;
}

bool has_reversed_range(std::string_view set) {
  for (std::size_t at = 1; at + 1 < set.size(); ++at)
    if (set[at] == '-' && static_cast<unsigned char>(set[at - 1]) > static_cast<unsigned char>(set[at + 1]))
      return true;
  return false;
}

std::string expression_of_set(std::string_view set) {
  std::string expression;
  while (!set.empty()) {
    auto end = behind_class(set, 0);
    expression += end > 0 ? std::string(set.substr(0, end)) : quoted(set.substr(0, 1));
    set.remove_prefix(std::max<std::size_t>(1, end));
  }
  return expression;
}

bool escapes_at(std::string_view glob, std::size_t at) {
  return at + 1 < glob.size() && std::string_view("*?[]{}!,\\@+(|)").find(glob[at + 1]) != std::string_view::npos;
}

class Translation final {
 public:
  Translation(std::string_view glob, Commas commas, Groups groups)
      : glob_(glob),
        commas_(commas),
        choices_(braces_of_choices(glob)),
        groups_(groups == Groups::are_choices ? marks_of_groups(glob) : std::string(glob.size(), ' ')) {}

  std::string take() {
    while (at_ < glob_.size()) step();
    return std::move(expression_);
  }

 private:
  void step() {
    if (groups_[at_] != ' ') return group(groups_[at_]);
    switch (glob_[at_]) {
      case '*':
        return stars();
      case '[':
        return brackets();
      case '{':
      case '}':
      case ',':
        return choice(glob_[at_]);
      case '\\':
        return backslash();
      case '?':
        expression_ += '.';
        break;
      default:
        expression_ += quoted(glob_.substr(at_, 1));
    }
    ++at_;
  }

  void stars() {
    bool begins = at_ == 0 || std::string_view("/{,(|").find(glob_[at_ - 1]) != std::string_view::npos;
    if (begins && glob_.substr(at_, 3) == "**/") {
      expression_ += "(?:.*/)?";
      at_ += 3;
      return;
    }
    expression_ += ".*";
    while (at_ < glob_.size() && glob_[at_] == '*' && groups_[at_] == ' ') ++at_;
  }

  void group(char mark) {
    if (glob_[at_] == ')') {
      expression_ += ')';
      if (mark != '@') expression_ += mark;
      --groups_open_;
    } else if (mark == '|') {
      expression_ += '|';
    } else {
      expression_ += "(?:";
      ++groups_open_;
      ++at_;
    }
    ++at_;
  }

  // As a set, and as these characters: there are files such as pages/[id].tsx.
  void brackets() {
    std::size_t end = end_of_set(glob_, at_);
    if (end == std::string_view::npos) {
      expression_ += "\\[";
      ++at_;
      return;
    }
    std::size_t from = at_ + (is_negation(glob_[at_ + 1]) ? 2 : 1);
    auto set = glob_.substr(from, end - from);
    auto literally = quoted(glob_.substr(at_, end + 1 - at_));
    if (has_reversed_range(set)) {
      expression_ += literally;
    } else {
      expression_ += from > at_ + 1 ? "(?:[^" : "(?:[";
      expression_ += expression_of_set(set) + "]|" + literally + ")";
    }
    at_ = end + 1;
  }

  void choice(char c) {
    if (c != ',' && choices_[at_]) {
      expression_ += c == '{' ? "(?:" : ")";
      depth_ += c == '{' ? 1 : -1;
    } else if (c == ',' && (depth_ > 0 || (commas_ == Commas::part_globs && groups_open_ == 0))) {
      expression_ += '|';
      if (depth_ == 0 && glob_.substr(at_ + 1, 1) == " ") ++at_;
    } else {
      expression_ += quoted(glob_.substr(at_, 1));
    }
    ++at_;
  }

  void backslash() {
    if (escapes_at(glob_, at_)) ++at_;
    expression_ += quoted(glob_.substr(at_, 1));
    ++at_;
  }

  std::string_view glob_;
  Commas commas_;
  std::vector<bool> choices_;
  std::string groups_;
  std::string expression_;
  std::size_t at_ = 0;
  int depth_ = 0;  // of braces
  int groups_open_ = 0;
};

// Without what says nothing in a path: a//b, a/./b.
std::string without_empty_folders(std::string_view glob) {
  std::string plain;
  for (std::size_t at = 0; at < glob.size(); ++at) {
    while (glob[at] == '/' && glob.substr(at + 1, 2) == "./") at += 2;
    bool is_double = glob[at] == '/' && plain.ends_with('/');
    if (!is_double) plain += glob[at];
  }
  return plain;
}

std::string glob_below_root(std::string_view as_given, const RootNames& root) {
  auto plain = without_empty_folders(as_given);
  std::string_view glob = plain;
  for (std::string_view name : root) {
    while (name.ends_with('/')) name.remove_suffix(1);
    if (name.empty() || !glob.starts_with(name) || glob.substr(name.size(), 1) != "/") continue;
    glob.remove_prefix(name.size());
    break;
  }
  while (glob.starts_with('/') || glob.starts_with("./")) glob.remove_prefix(glob.front() == '/' ? 1 : 2);
  if (glob == "." || glob.ends_with("/.")) glob.remove_suffix(1);
  return std::string(glob) + (glob.empty() || glob.ends_with('/') ? "**" : "");
}

Error glob_error(std::string_view glob, std::string_view why) {
  return failed("tool.pattern", "the glob '" + std::string(clip(glob, 100)) + "' " + std::string(why));
}

// Whether `text` stands at `at` as a whole folder, also as one of a choice.
bool is_folder_at(std::string_view glob, std::size_t at, std::string_view text) {
  auto is_one_of = [&](std::size_t place, std::string_view ends) {
    return place >= glob.size() || ends.find(glob[place]) != std::string_view::npos;
  };
  return glob.substr(at, text.size()) == text && (at == 0 || is_one_of(at - 1, "/{,(|")) &&
         is_one_of(at + text.size(), "/},)|");
}

// "{1..3}", "{a..e}"
bool is_sequence_at(std::string_view glob, std::size_t at) {
  constexpr std::string_view kCounted = "-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  if (glob[at] != '{') return false;
  auto dots = glob.find_first_not_of(kCounted, at + 1);
  if (dots == at + 1 || dots == std::string_view::npos || glob.substr(dots, 2) != "..") return false;
  auto end = glob.find_first_not_of(kCounted, dots + 2);
  return end != std::string_view::npos && end > dots + 2 && glob[end] == '}';
}

// A class in a set that no engine knows. "": there is none.
std::string_view unknown_class(std::string_view glob) {
  for (auto at = glob.find("[:", 1); at != std::string_view::npos; at = glob.find("[:", at + 1)) {
    auto set = glob.rfind('[', at - 1);
    bool is_in_set = set != std::string_view::npos && glob.find(']', set) > at;
    auto end = behind_class(glob, at);
    if (!is_in_set || end == at) continue;
    auto name = glob.substr(at + 2, end - at - 4);
    if (std::ranges::find(kClasses, name) == std::end(kClasses)) return glob.substr(at, end - at);
  }
  return "";
}

// What no file fits in any reading, and what to write instead. "": nothing of that kind is in there.
std::string not_understood(std::string_view glob) {
  if (glob.size() > kLongestGlob) return "is longer than any path; shorten it";
  if (glob.starts_with('!'))
    return "begins with '!', which is not understood; say which files are wanted, or write \\! for a name";
  if (auto name = unknown_class(glob); !name.empty())
    return "has the class " + std::string(name) + ", which is not known; write such as [[:digit:]] or [0-9]";
  for (auto at = glob.find('\\'); at != std::string_view::npos; at = glob.find('\\', at + 2))
    if (!escapes_at(glob, at))
      return "has a backslash, which takes the meaning from the character behind it; write / between folders, \\\\ for "
             "a backslash in a name";
  std::string why;
  each_plain_place(glob, [&](std::size_t at) {
    if (is_folder_at(glob, at, ".."))
      why = "has '..', which is not understood; write the path from the root on, without it";
    if (is_sequence_at(glob, at))
      why = "has a sequence, which is not understood; write a choice such as {1,2,3}, or [1-3]";
    if (glob.substr(at, 2) == "!(")
      why = "has '!(', which is not understood; say which files are wanted, or write \\!( for a name";
  });
  return why;
}

std::string checked_expression(std::string_view glob, const RootNames& root) {
  if (auto why = not_understood(glob); !why.empty()) throw glob_error(glob, why);
  return expression_of_glob(glob_below_root(glob, root));
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::string expression_of_glob(std::string_view glob) {
  std::vector<std::string> readings;
  for (auto commas : {Commas::are_characters, Commas::part_globs})
    for (auto groups : {Groups::are_characters, Groups::are_choices}) {
      auto reading = Translation(glob, commas, groups).take();
      if (std::ranges::find(readings, reading) == readings.end()) readings.push_back(std::move(reading));
    }
  std::string all;
  for (const auto& reading : readings) all += (all.empty() ? "" : "|") + reading;
  return "^(?s:" + all + ")$";
}

FileGlob::FileGlob(std::string_view glob, const RootNames& root, std::string start)
    : below_start_(start == "." ? "" : start + "/"),
      expression_(checked_expression(glob, root), LetterCase::counts, kLongestExpression) {}

bool FileGlob::fits(std::string_view path) const {
  auto text = as_utf8(std::string(path));
  std::string_view whole = text, below = text;
  if (below.starts_with(below_start_)) below.remove_prefix(below_start_.size());
  return expression_.matches(whole) || expression_.matches(below) || expression_.matches(base_name(whole));
}

}  // namespace executus::tools
