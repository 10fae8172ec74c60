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

// Of an entry of the open `directory`. Some file systems do not say what it is (DT_UNKNOWN): then one has to look.
[[nodiscard]] EntryType type_of_entry(int directory, const dirent& entry);

}  // namespace executus::tools
