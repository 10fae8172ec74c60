#include "tools/files/entry_type.hpp"

#include <fcntl.h>

namespace executus::tools {

EntryType type_of_mode(mode_t mode) {
  if (S_ISREG(mode)) return EntryType::file;
  if (S_ISDIR(mode)) return EntryType::directory;
  return S_ISLNK(mode) ? EntryType::link : EntryType::other;
}

EntryType type_of_entry(int directory, const dirent& entry) {
  switch (entry.d_type) {
    case DT_REG:
      return EntryType::file;
    case DT_DIR:
      return EntryType::directory;
    case DT_LNK:
      return EntryType::link;
    case DT_UNKNOWN:
      break;
    default:
      return EntryType::other;
  }
  struct stat status{};
  bool known = ::fstatat(directory, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0;
  return known ? type_of_mode(status.st_mode) : EntryType::other;
}

}  // namespace executus::tools
