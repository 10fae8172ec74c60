#include "tools/files/file_glob.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include <executus/base/error.hpp>

#include "base/text.hpp"
#include "tools/files/glob_choices.hpp"
#include "tools/files/glob_paths.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kLongestGlob = 4096;         // bytes; no path is longer
constexpr std::size_t kLongestExpression = 65536;  // bytes that come of one

constexpr std::string_view kClasses[] = {"alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph",
                                         "lower", "print", "punct", "space", "upper", "word",  "xdigit"};

bool has_meaning(char c) { return std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos; }

std::string quoted(std::string_view text) {
  std::string quoted;
  for (char c : text) (quoted += has_meaning(c) ? "\\" : "") += c;
  return quoted;
}

bool is_negation(char c) { return c == '!' || c == '^'; }

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
  Translation(std::string_view glob, Groups groups)
      : glob_(glob), choices_(braces_of_choices(glob)), groups_(marks_of_groups(glob, groups)) {}

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
      if (mark != '@' && mark != '(') expression_ += mark;
    } else if (mark == '|') {
      expression_ += '|';
    } else {
      expression_ += "(?:";
      if (mark != '(') ++at_;
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
    } else if (c == ',' && depth_ > 0) {
      expression_ += '|';
      for (; glob_.substr(at_ + 1, 1) == " "; ++at_) expression_ += " ?";
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
  std::vector<bool> choices_;
  std::string groups_;
  std::string expression_;
  std::size_t at_ = 0;
  int depth_ = 0;  // of braces
};

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

// The glob as it is, since names have commas and blanks, too; and the globs of a list.
std::vector<std::string> checked_globs(std::string_view glob, const RootNames& root) {
  if (auto why = not_understood(glob); !why.empty()) throw glob_error(glob, why);
  std::vector<std::string> globs{glob_below_root(glob, root)};
  auto list = globs_of_list(glob);
  if (list.size() == 1 && list.front() == glob) return globs;
  for (const auto& one : list) {
    if (auto why = not_understood(one); !why.empty()) throw glob_error(one, why);
    globs.push_back(glob_below_root(one, root));
  }
  return globs;
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::string expression_of_globs(const std::vector<std::string>& globs) {
  std::vector<std::string> readings;
  for (const auto& glob : globs)
    for (auto groups : {Groups::are_characters, Groups::with_signs, Groups::with_bars}) {
      auto reading = Translation(glob, groups).take();
      if (std::ranges::find(readings, reading) == readings.end()) readings.push_back(std::move(reading));
    }
  std::string all;
  for (const auto& reading : readings) all += (all.empty() ? "" : "|") + reading;
  return "^(?s:" + all + ")$";
}

FileGlob::FileGlob(std::string_view glob, const RootNames& root, std::string start)
    : below_start_(start == "." ? "" : start + "/"),
      expression_(expression_of_globs(checked_globs(glob, root)), LetterCase::counts, kLongestExpression) {}

bool FileGlob::fits(std::string_view path) const {
  auto text = as_utf8(std::string(path));
  std::string_view whole = text, below = text;
  if (below.starts_with(below_start_)) below.remove_prefix(below_start_.size());
  return expression_.matches(whole) || expression_.matches(below) || expression_.matches(base_name(whole));
}

}  // namespace executus::tools
