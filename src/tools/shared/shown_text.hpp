// Names and lines of files as a model reads them: one line each, valid UTF-8. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace executus::tools {

// A name with line breaks or other control characters as a JSON string, "a\nb", which can be copied into an argument.
[[nodiscard]] std::string shown_name(std::string_view name);

// NULs, which sparse and damaged files are full of, counted: "[4096 NUL bytes]".
[[nodiscard]] std::string shown_line(std::string_view line);

struct PartOfLine {
  std::string_view text;
  std::size_t begin = 0;  // in the line
};

// At most `most` characters of `line`, among them those at `found`, and some before.
[[nodiscard]] PartOfLine around(std::string_view line, std::size_t found, std::size_t most);

}  // namespace executus::tools
