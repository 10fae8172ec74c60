// Files below a root directory, and nothing else: neither `..` nor a symbolic link leads out. The kernel resolves every
// path beneath the open root (openat2, Linux 5.6), so nothing can be swapped between a check and a use.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/error.hpp>

#include "tools/file_descriptor.hpp"
#include "tools/text_lines.hpp"

namespace executus::tools {

enum class EntryType { file, directory, other };
struct DirectoryEntry {
  std::string name;
  EntryType type = EntryType::other;
};

class ConfinedRoot final {
 public:
  explicit ConfinedRoot(const std::string& path);

  // Throw Error "tool.path" with what the model should know: outside the root, not there, no file, binary.
  [[nodiscard]] TextLines lines(const std::string& path, std::stop_token stop) const;
  [[nodiscard]] bool is_file(const std::string& path) const;
  [[nodiscard]] std::vector<DirectoryEntry> list(const std::string& path) const;  // sorted by name

  // Visits files below `path` in name order, directories depth first; symbolic links and .git are passed over. The
  // visitor returns false to stop.
  void walk(const std::string& path, const std::function<bool(const std::string& file)>& visit) const;

 private:
  [[nodiscard]] FileDescriptor open(const std::string& path, int flags) const;
  bool walk_directory(const std::string& path, int depth, const std::function<bool(const std::string&)>& visit) const;
  FileDescriptor root_;
};

}  // namespace executus::tools
