// What the entries of a directory are.
#pragma once

#include <string>

#include <dirent.h>
#include <sys/stat.h>

namespace executus::tools {

enum class EntryType { file, directory, link, other };

struct DirectoryEntry {
  std::string name;
  EntryType type = EntryType::other;
};

[[nodiscard]] EntryType type_of_mode(mode_t mode);

// Of an entry of the open `directory`. Some file systems do not tell it (DT_UNKNOWN): then the entry is looked at.
[[nodiscard]] EntryType type_of_entry(int directory, const dirent& entry);

}  // namespace executus::tools
