// Reads the files of a pack from a folder. No symbolic link is followed, not even one that is swapped in meanwhile:
// every entry is opened below the folder it was seen in.
#pragma once

#include <string>

#include <executus/skillpack/pack_tree.hpp>

namespace executus::skillpack {

// The folder itself, and the parts of `below` (relative; "": `folder` itself), may not be links either. `.git` is left
// out. Blocks. Throws Error skillpack.source: there is no such folder, it cannot be read, or it is larger than a pack
// may be; the message names the file.
[[nodiscard]] PackTree read_tree(const std::string& folder, const std::string& below = "",
                                 std::size_t most_files = kMostFiles);

}  // namespace executus::skillpack
