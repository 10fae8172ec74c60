// The answer of a file tool: lines until the answer is full, and notes about them in brackets.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace executus::tools {

inline constexpr std::size_t kMaxAnswer = 64u << 10;  // bytes of lines
inline constexpr std::size_t kMaxLine = 500;          // characters of one line that are shown with others

class LinesAnswer final {
 public:
  // False: there is no room for it.
  [[nodiscard]] bool add(std::string_view line) {
    if (text_.size() + line.size() + 1 > kMaxAnswer) return false;
    text_.append(line) += '\n';
    return true;
  }
  void note(std::string_view what) { text_.append("[").append(what).append("]\n"); }
  // "2 files WHAT", "1 file WHAT"; nothing for none.
  void note_count(int count, std::string_view one, std::string_view many, std::string_view what) {
    if (count > 0) note(std::to_string(count) + " " + std::string(count == 1 ? one : many) + " " + std::string(what));
  }
  [[nodiscard]] std::string take() { return std::move(text_); }
  [[nodiscard]] bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

}  // namespace executus::tools
