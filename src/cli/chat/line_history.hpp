// The file of lines that a person typed in conversations before. Any number of programs add to it, and none rewrites
// it.
//
// The format is that of libedit's history files, which reads them: a line that says so, and a line for each, with
// characters that are not printed as they are written as \ooo.
#pragma once

#include <filesystem>
#include <string_view>

namespace executus::cli {

// Adds a line, for this user alone to read. What cannot be written is not remembered, and that is all.
void remember_line(const std::filesystem::path& file, std::string_view line) noexcept;

}  // namespace executus::cli
