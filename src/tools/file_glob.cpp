#include "tools/file_glob.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <executus/base/error.hpp>

#include "base/text.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kLongestGlob = 4096;         // bytes; no path is longer
constexpr std::size_t kLongestExpression = 65536;  // bytes that come of one

enum class Commas { are_characters, part_globs };

bool has_meaning(char c) { return std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos; }

std::string quoted(std::string_view text) {
  std::string quoted;
  for (char c : text) (quoted += has_meaning(c) ? "\\" : "") += c;
  return quoted;
}

// Marks braces that are a choice, which have an end and a comma in between; other braces are characters.
std::vector<bool> braces_of_choices(std::string_view glob) {
  struct Open {
    std::size_t at;
    bool has_comma;
  };
  std::vector<bool> found(glob.size());
  std::vector<Open> open;
  for (std::size_t at = 0; at < glob.size(); ++at) {
    if (glob[at] == '\\') {
      ++at;
    } else if (glob[at] == '{') {
      open.push_back({at, false});
    } else if (glob[at] == ',' && !open.empty()) {
      open.back().has_comma = true;
    } else if (glob[at] == '}' && !open.empty()) {
      if (open.back().has_comma) found[open.back().at] = found[at] = true;
      open.pop_back();
    }
  }
  return found;
}

bool has_reversed_range(std::string_view set) {
  for (std::size_t at = 1; at + 1 < set.size(); ++at)
    if (set[at] == '-' && static_cast<unsigned char>(set[at - 1]) > static_cast<unsigned char>(set[at + 1]))
      return true;
  return false;
}

class Translation final {
 public:
  Translation(std::string_view glob, Commas commas) : glob_(glob), commas_(commas), choices_(braces_of_choices(glob)) {}

  std::string take() {
    while (at_ < glob_.size()) step();
    return std::move(expression_);
  }

 private:
  void step() {
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
    bool begins = at_ == 0 || glob_[at_ - 1] == '/' || glob_[at_ - 1] == '{' || glob_[at_ - 1] == ',';
    if (begins && glob_.substr(at_, 3) == "**/") {
      expression_ += "(?:.*/)?";
      at_ += 3;
      return;
    }
    expression_ += ".*";
    at_ = std::min(glob_.find_first_not_of('*', at_), glob_.size());
  }

  // As a set, and as these characters: there are files such as pages/[id].tsx.
  void brackets() {
    std::size_t from = at_ + 1;
    bool negated = from < glob_.size() && (glob_[from] == '!' || glob_[from] == '^');
    if (negated) ++from;
    std::size_t end = glob_.find(']', from + 1);
    if (end == std::string_view::npos) {
      expression_ += "\\[";
      ++at_;
      return;
    }
    auto set = glob_.substr(from, end - from);
    auto literally = quoted(glob_.substr(at_, end + 1 - at_));
    if (has_reversed_range(set)) {
      expression_ += literally;
    } else {
      expression_ += negated ? "(?:[^" : "(?:[";
      expression_ += quoted(set) + "]|" + literally + ")";
    }
    at_ = end + 1;
  }

  void choice(char c) {
    if (c != ',' && choices_[at_]) {
      expression_ += c == '{' ? "(?:" : ")";
      depth_ += c == '{' ? 1 : -1;
    } else if (c == ',' && (depth_ > 0 || commas_ == Commas::part_globs)) {
      expression_ += '|';
      if (depth_ == 0 && glob_.substr(at_ + 1, 1) == " ") ++at_;
    } else {
      expression_ += quoted(glob_.substr(at_, 1));
    }
    ++at_;
  }

  void backslash() {
    bool escapes =
        at_ + 1 < glob_.size() && std::string_view("*?[]{}!,\\").find(glob_[at_ + 1]) != std::string_view::npos;
    if (escapes) ++at_;
    expression_ += quoted(glob_.substr(at_, 1));
    ++at_;
  }

  std::string_view glob_;
  Commas commas_;
  std::vector<bool> choices_;
  std::string expression_;
  std::size_t at_ = 0;
  int depth_ = 0;  // of braces
};

std::string glob_below_root(std::string_view glob, const RootNames& root) {
  for (std::string_view name : root) {
    while (name.ends_with('/')) name.remove_suffix(1);
    if (name.empty() || !glob.starts_with(name) || glob.substr(name.size(), 1) != "/") continue;
    glob.remove_prefix(name.size());
    break;
  }
  while (glob.starts_with('/') || glob.starts_with("./")) glob.remove_prefix(glob.front() == '/' ? 1 : 2);
  return std::string(glob) + (glob.ends_with('/') ? "**" : "");
}

Error glob_error(std::string_view glob, std::string_view why) {
  return failed("tool.pattern", "the glob '" + std::string(clip(glob, 100)) + "' " + std::string(why));
}

std::string checked_expression(std::string_view glob, const RootNames& root) {
  if (glob.size() > kLongestGlob) throw glob_error(glob, "is longer than any path; shorten it");
  if (glob.starts_with('!'))
    throw glob_error(glob,
                     "begins with '!', which is not understood; say which files are wanted, or write \\! for a name");
  return expression_of_glob(glob_below_root(glob, root));
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::string expression_of_glob(std::string_view glob) {
  auto one = Translation(glob, Commas::are_characters).take();
  auto many = Translation(glob, Commas::part_globs).take();
  return "^(?s:" + (one == many ? one : one + "|" + many) + ")$";
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
