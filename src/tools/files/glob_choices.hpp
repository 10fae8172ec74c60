// Where the parts of a glob stand: sets, choices in braces and groups, lists. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace executus::tools {

// Behind a class such as [:digit:] that begins at `at`; `at`: there is none.
[[nodiscard]] std::size_t behind_class(std::string_view glob, std::size_t at);

// The closing bracket of the set of characters that opens at `at`; npos: there is no set.
[[nodiscard]] std::size_t end_of_set(std::string_view glob, std::size_t at);

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
[[nodiscard]] std::vector<bool> braces_of_choices(std::string_view glob);

enum class Groups { are_characters, with_signs, with_bars };  // @(a|b) is one; (a|b), too

// What stands where a group is: its kind ('@', '?', '*', '+', '(') at its beginning and end, '|' between its choices.
[[nodiscard]] std::string marks_of_groups(std::string_view glob, Groups groups);

struct Choice {
  char kind = '{';  // or that of a group
  std::size_t begin = 0, open = 0, close = 0;
  std::vector<std::size_t> separators;

  [[nodiscard]] bool is_one() const { return kind == '{' || kind == '@' || kind == '('; }
  [[nodiscard]] bool repeats() const { return kind == '*' || kind == '+'; }
};

// All choices of a glob.
class Choices final {
 public:
  explicit Choices(std::string_view glob);

  [[nodiscard]] const std::vector<Choice>& all() const { return all_; }

  // The choice that begins, ends or has a separator at `place`. Null: there is none.
  [[nodiscard]] const Choice* at(std::size_t place) const {
    return place < marks_.size() && marks_[place] >= 0 ? &all_[static_cast<std::size_t>(marks_[place])] : nullptr;
  }

  // The plain characters outside of all choices.
  [[nodiscard]] const std::vector<std::size_t>& outside() const { return outside_; }

 private:
  void open(std::size_t place, char kind);
  void separate(std::size_t place, bool is_brace);
  void close(std::size_t place, bool is_brace);
  [[nodiscard]] std::size_t innermost(bool is_brace) const;

  std::vector<Choice> all_;
  std::vector<int> marks_;
  std::vector<std::size_t> open_;
  std::vector<std::size_t> outside_;
};

}  // namespace executus::tools
