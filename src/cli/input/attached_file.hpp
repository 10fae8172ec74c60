// --file FILE.
#pragma once

#include <string>

#include <executus/run/input_files.hpp>

namespace executus::cli {

// Its type is told by the end of its name. Throws Error config.file, and cli.usage for a file that no run takes.
[[nodiscard]] InputFile read_attached_file(const std::string& path);

}  // namespace executus::cli
