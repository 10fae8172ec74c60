// A regular expression that lines are tried against. Characters are those of UTF-8: `.` is one of them, not one byte.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace executus::tools {

enum class LetterCase { counts, ignored };

// Models write these, so no pattern may cost more than it is worth. RE2 takes time in proportion to pattern and line
// and neither backtracks nor recurses; what it refuses is an error. It bounds the memory of what it compiles, but not
// that of reading a pattern (30 KB for each \pL), so patterns have a length. Of one thread.
class LineExpression final {
 public:
  struct Stretch {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  static constexpr std::size_t kLongestPattern = 4096;  // bytes

  // Throws Error "tool.pattern" with what is wrong with `pattern`, also where other engines read it otherwise than RE2.
  LineExpression(const std::string& pattern, LetterCase letters, std::size_t most_bytes = kLongestPattern);
  ~LineExpression();
  LineExpression(const LineExpression&) = delete;
  LineExpression& operator=(const LineExpression&) = delete;

  // Tries the first `searched` bytes of `line`; what follows them is there, so `$` does not match at their end.
  [[nodiscard]] bool matches(std::string_view line, std::size_t searched = std::string_view::npos) const;

  // The same, and where the first match stands.
  [[nodiscard]] std::optional<Stretch> find(std::string_view line, std::size_t searched = std::string_view::npos) const;

  // How many bytes of a line may be searched: the larger the pattern, the fewer, so that a line takes seconds at most.
  [[nodiscard]] std::size_t reach() const noexcept { return reach_; }

 private:
  std::unique_ptr<re2::RE2> expression_;
  std::size_t reach_;
};

}  // namespace executus::tools
