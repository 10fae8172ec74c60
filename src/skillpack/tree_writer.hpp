// Writes the files of a pack into a folder of their own.
#pragma once

#include <string>
#include <string_view>

#include <executus/base/error.hpp>
#include <executus/skillpack/pack_tree.hpp>

namespace executus::skillpack {

// Makes `folder`, which must not be there, with the files in it: on the disk when it returns. Nothing is written
// outside of it, whatever the paths are. Blocks. Throws Error skillpack.store; what it had written by then stays.
void write_tree(const std::string& folder, const PackTree& tree);

// Has what was renamed or made in `folder` on the disk. Throws Error skillpack.store.
void sync_names(const std::string& folder);

// Makes a file with these bytes, which must not be there; on the disk when it returns. Throws Error skillpack.store.
void write_file(const std::string& path, std::string_view bytes, unsigned mode);

[[nodiscard]] Error cannot_write(const std::string& path, int error);  // skillpack.store

}  // namespace executus::skillpack
