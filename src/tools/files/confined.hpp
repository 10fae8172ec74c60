// Files below a root directory, and nothing else: neither `..` nor a symbolic link leads out. The kernel resolves every
// path beneath the open root (openat2, Linux 5.6), so nothing can be swapped between a check and a use.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <executus/base/error.hpp>

#include "async/file_descriptor.hpp"
#include "tools/files/entry_type.hpp"
#include "tools/files/root_names.hpp"
#include "tools/files/writable_place.hpp"
#include "tools/shared/text_lines.hpp"

namespace executus::tools {

// Paths are as models write them (root_names.hpp).
class ConfinedRoot final {
 public:
  explicit ConfinedRoot(const std::string& path);

  // Throw Error "tool.path" with what the model should know: outside the root, not there, no file, binary.
  [[nodiscard]] TextLines lines(const std::string& path, std::stop_token stop) const;
  [[nodiscard]] EntryType type(const std::string& path) const;                    // of what a link leads to
  [[nodiscard]] std::vector<DirectoryEntry> list(const std::string& path) const;  // sorted by name
  [[nodiscard]] std::string meant(const std::string& path) const;                 // the reading that is there

  // Where a file of that name is, or would be; links that stay below the root are followed. Outlived by the root. Git's
  // own files (a `.git` on the path) are refused too.
  [[nodiscard]] WritablePlace writable(const std::string& path) const;

  [[nodiscard]] const RootNames& names() const noexcept { return names_; }

 private:
  struct Opened {
    FileDescriptor file;
    std::string path;  // relative to the root
  };
  [[nodiscard]] Opened open(const std::string& path, int flags) const;
  [[nodiscard]] std::string written_path(const std::string& path) const;
  [[nodiscard]] int open_below(const std::string& path, int flags) const;
  [[nodiscard]] int open_at_root(const std::string& path, int flags) const;
  [[nodiscard]] int resolve_links(std::string& path) const;
  [[nodiscard]] Error refusal(const std::string& path, int error) const;

  FileDescriptor root_;
  RootNames names_;
};

}  // namespace executus::tools
