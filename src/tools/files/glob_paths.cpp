#include "tools/files/glob_paths.hpp"

#include <algorithm>
#include <cstddef>

#include "base/text.hpp"
#include "tools/files/glob_choices.hpp"

namespace executus::tools {
namespace {

std::string without_empty_folders(std::string_view glob) {
  std::string plain;
  for (std::size_t at = 0; at < glob.size(); ++at) {
    while (glob[at] == '/' && glob.substr(at + 1, 2) == "./") at += 2;
    bool is_double = glob[at] == '/' && plain.ends_with('/');
    if (!is_double) plain += glob[at];
  }
  return plain;
}

std::vector<std::size_t> ends_of_choices(const Choice& choice) {
  auto ends = choice.separators;
  ends.push_back(choice.close);
  return ends;
}

// Whether a slash behind the choice would meet a slash, nothing, a "." or a "**" that is also no folder.
bool needs_slashes(std::string_view glob, const Choice& choice, const RootNames& root) {
  std::size_t begin = choice.open + 1;
  for (auto end : ends_of_choices(choice)) {
    auto one = glob.substr(begin, end - begin);
    bool is_root = std::ranges::any_of(root, [&](const auto& name) { return name == one; });
    if (one.empty() || is_root || one == "." || one.ends_with("/.") || one.ends_with("**") ||
        std::string_view("/})").find(one.back()) != std::string_view::npos)
      return true;
    begin = end + 1;
  }
  return false;
}

// A slash, and the "**/" that follow it, which begin at the start of a folder alone.
std::size_t end_of_slashes(std::string_view glob, std::size_t at) {
  ++at;
  while (glob.substr(at, 3) == "**/") at += 3;
  return at;
}

// {a/,b}/c as {a//,b/}c, and {a,.}/**/c as {a/**/,./**/}c; "": there is nothing to do.
std::string slashes_moved_once(std::string_view glob, const RootNames& root) {
  const Choices choices(glob);
  auto behind = [&](const Choice& choice) { return glob.substr(choice.close + 1, 1); };
  auto found = std::ranges::find_if(choices.all(), [&](const Choice& choice) {
    return choice.is_one() && behind(choice) == "/" && needs_slashes(glob, choice, root);
  });
  if (found == choices.all().end()) return "";
  std::string moved;
  std::size_t from = 0, slash = found->close + 1, end_of_moved = end_of_slashes(glob, slash);
  auto slashes = glob.substr(slash, end_of_moved - slash);
  for (auto end : ends_of_choices(*found)) {
    (moved += glob.substr(from, end - from)) += slashes;
    from = end;
  }
  moved += glob[found->close];
  return moved += glob.substr(end_of_moved);
}

std::string with_slashes_in_choices(std::string glob, const RootNames& root) {
  for (auto moved = slashes_moved_once(glob, root); !moved.empty(); moved = slashes_moved_once(glob, root))
    glob = std::move(moved);
  return glob;
}

class PathsBelowRoot final {
 public:
  PathsBelowRoot(std::string_view glob, const RootNames& root) : glob_(glob), root_(root), choices_(glob) {}

  std::string take() {
    for (;;) {
      while (skip()) {
      }
      bool is_open = skipped_ || glob_.empty() || (before(at_) > 0 && begins_folder(at_));
      if (is_open && behind(at_) == glob_.size()) result_ += "**";
      if (at_ >= glob_.size()) return std::move(result_);
      refuse_what_says_nothing();
      copy();
    }
  }

 private:
  // The place before `place`; where `place` begins a choice, that before the choice, and so on.
  [[nodiscard]] std::size_t before(std::size_t place) const {
    while (place > 0) {
      const auto* choice = choices_.at(place - 1);
      if (!choice || choice->repeats() || choice->close == place - 1) break;
      place = choice->begin;
    }
    return place;
  }

  // The place that follows: behind the choice that ends there.
  [[nodiscard]] std::size_t behind(std::size_t place) const {
    for (;;) {
      const auto* choice = choices_.at(place);
      if (!choice || place <= choice->open) return place;
      place = choice->close + 1;
    }
  }

  [[nodiscard]] bool begins_folder(std::size_t place) const {
    auto from = before(place);
    return from == 0 || glob_[from - 1] == '/';
  }

  // How long the root's name is that stands here; 0: none does.
  [[nodiscard]] std::size_t root_name() const {
    for (std::string_view name : root_) {
      while (name.ends_with('/')) name.remove_suffix(1);
      auto end = at_ + name.size();
      if (!name.empty() && glob_.substr(at_, name.size()) == name &&
          (glob_.substr(end, 1) == "/" || behind(end) == glob_.size()))
        return name.size();
    }
    return 0;
  }

  bool skip() {
    if (!begins_folder(at_)) return false;
    auto from = at_;
    if (before(at_) == 0) at_ += root_name();
    bool is_name = at_ > from;
    while (glob_.substr(at_, 1) == "/") ++at_;
    if (glob_.substr(at_, 2) == "./") at_ += 2;
    bool is_dot = glob_.substr(at_, 1) == "." && behind(at_ + 1) == glob_.size();
    if (is_dot) ++at_;
    skipped_ = skipped_ || is_name || is_dot;
    return at_ > from;
  }

  // Refuses a part that is skipped elsewhere, when it stands in a choice that may be repeated any number of times.
  void refuse_what_says_nothing() const {
    const auto* around = at_ > 0 ? choices_.at(at_ - 1) : nullptr;
    bool is_in_repeated = around && around->repeats() && around->close != at_ - 1;
    if (!is_in_repeated && !begins_folder(at_)) return;
    const auto* next = choices_.at(at_ + 1);
    bool is_part = next && next->open < at_ + 1;  // it ends with the character that stands here
    bool is_dot = glob_.substr(at_, 2) == "./" || (glob_[at_] == '.' && is_part);
    bool is_slash = is_in_repeated && glob_[at_] == '/' && begins_folder(around->begin);
    if (is_dot || is_slash)
      throw glob_error(glob_,
                       "has a '.' or '/' in a choice that says nothing there; leave it out, or write a list "
                       "such as src/*.c,*.h");
  }

  void copy() {
    result_ += glob_[at_++];
    skipped_ = false;
  }

  std::string_view glob_;
  const RootNames& root_;
  Choices choices_;
  std::string result_;
  std::size_t at_ = 0;
  bool skipped_ = false;  // since the last character was kept: the root, or a "." that ends a path
};

std::vector<std::string_view> parts_at(std::string_view glob, std::string_view separators) {
  std::vector<std::string_view> parts;
  std::size_t from = 0;
  auto take = [&](std::size_t end) {
    if (auto part = trim(glob.substr(from, end - from)); !part.empty()) parts.push_back(part);
    from = end + 1;
  };
  const Choices choices(glob);
  for (auto place : choices.outside())
    if (separators.find(glob[place]) != std::string_view::npos) take(place);
  take(glob.size());
  return parts;
}

// "*.c" and "src/*", not "*" and "copy*": names have blanks.
bool is_pattern(std::string_view part) {
  return part.find_first_of("*?[{") != std::string_view::npos && part.find_first_of("./") != std::string_view::npos;
}

}  // namespace

Error glob_error(std::string_view glob, std::string_view why) {
  return failed("tool.pattern", "the glob '" + std::string(clip(glob, 100)) + "' " + std::string(why));
}

std::vector<std::string> globs_of_list(std::string_view glob) {
  std::vector<std::string> globs;
  auto add = [&](std::string_view part) {
    if (std::ranges::find(globs, part) == globs.end()) globs.emplace_back(part);
  };
  for (const char* separators : {",", ",|"})
    for (auto part : parts_at(glob, separators)) {
      add(part);
      auto words = parts_at(part, " ");
      if (std::ranges::all_of(words, is_pattern)) std::ranges::for_each(words, add);
    }
  return globs;
}

std::string glob_below_root(std::string_view glob, const RootNames& root) {
  auto plain = with_slashes_in_choices(without_empty_folders(glob), root);
  return PathsBelowRoot(plain, root).take();
}

}  // namespace executus::tools
