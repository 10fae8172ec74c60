#include "skillpack/tree_writer.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <executus/base/error.hpp>

#include "async/file_descriptor.hpp"
#include "async/file_writing.hpp"

namespace executus::skillpack {
namespace {

namespace fs = std::filesystem;

// Makes the folders above a file; `made` are those that are there.
void make_folders(const fs::path& root, const fs::path& relative, std::set<fs::path>& made) {
  fs::path folder = root;
  for (const auto& part : relative) {
    folder /= part;
    if (!made.insert(folder).second) continue;
    if (::mkdir(folder.c_str(), 0700) != 0) throw cannot_write(folder.string(), errno);
  }
}

}  // namespace

Error cannot_write(const std::string& path, int error) {
  return failed("skillpack.store", "'" + path + "' of the skill packs cannot be written: " + std::strerror(error) +
                                       "; make room or mend the permissions there");
}

void sync_names(const std::string& folder) {
  if (!sync_folder(folder)) throw cannot_write(folder, errno);
}

void write_file(const std::string& path, std::string_view bytes, unsigned mode) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!file) throw cannot_write(path, errno);
  if (!write_all(file.get(), bytes)) throw cannot_write(path, errno);
  if (::fchmod(file.get(), mode) != 0 || ::fsync(file.get()) != 0) throw cannot_write(path, errno);
}

// All folders are new, so none of them can be a link.
void write_tree(const std::string& folder, const PackTree& tree) {
  for (const auto& file : tree.files)
    if (auto wrong = wrong_with_path(file.path); !wrong.empty())
      throw failed("skillpack.store", "a pack's file: " + wrong);
  if (::mkdir(folder.c_str(), 0700) != 0) throw cannot_write(folder, errno);
  std::set<fs::path> made;
  for (const auto& file : tree.files) {
    make_folders(folder, fs::path(file.path).parent_path(), made);
    write_file((fs::path(folder) / file.path).string(), file.bytes, file.runs ? 0500 : 0400);
  }
  for (const auto& each : made) sync_names(each.string());
  sync_names(folder);
}

}  // namespace executus::skillpack
