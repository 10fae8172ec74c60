// Which files a model means by a glob: `*.cpp`, `src/**/*_test.cpp`, `*.{h,cpp}`, `[a-c]?.txt`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/files/line_expression.hpp"
#include "tools/files/root_names.hpp"

namespace executus::tools {

// Models write globs as they know them from elsewhere, so a file fits when it does in any usual reading: the glob is
// tried against the path below the root, the path below `start` and the name alone; `*` goes over slashes; `**/` is any
// number of folders, also none; brackets are a set or themselves; commas and bars outside of choices part globs or are
// themselves, and so do blanks between patterns; `@(a|b)` and its like, and `(a|b)`, are choices or themselves; a slash
// at the end means everything below. What is said here of a glob is true for each of a list, and for a choice.
class FileGlob final {
 public:
  // `glob` is relative to the root or begins with one of its names; files are searched below `start`, a path below the
  // root. Throws Error "tool.pattern" for what is not understood, and would fit nothing: `!`, `..`, `{1..3}`, unknown
  // classes, a backslash between folders, too long.
  FileGlob(std::string_view glob, const RootNames& root, std::string start);

  // `path`: relative to the root.
  [[nodiscard]] bool fits(std::string_view path) const;

 private:
  std::string below_start_;  // what paths below the start begin with; "": the start is the root
  LineExpression expression_;
};

// Globs as a regular expression that fits the whole of a path when one of them does.
[[nodiscard]] std::string expression_of_globs(const std::vector<std::string>& globs);

}  // namespace executus::tools
