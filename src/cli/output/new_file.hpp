// A file that a command writes for a person.
#pragma once

#include <string>
#include <string_view>

namespace executus::cli {

// Never over a file that is there, not even one that appeared just now; one that could not be written whole is taken
// away again. Throws Error cli.output.
void write_new_file(const std::string& path, std::string_view text);

}  // namespace executus::cli
