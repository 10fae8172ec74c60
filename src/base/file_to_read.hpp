// Opens files that are named from outside, and waits for nothing that is no file.
#pragma once

#include <string>

namespace executus {

struct FileToRead {
  int descriptor = -1;        // the caller closes it
  std::string obstacle = {};  // why there is none
};

// A regular file, or a pipe without a name, as `<(command)` of a shell gives. A named pipe, a device and a terminal
// could keep the reader waiting without an end: they are refused.
[[nodiscard]] FileToRead open_to_read(const std::string& path);

}  // namespace executus
