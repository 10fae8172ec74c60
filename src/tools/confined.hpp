// Files below a root directory, and nothing else: neither `..` nor a symbolic link leads out. The kernel resolves every
// path beneath the open root (openat2, Linux 5.6), so nothing can be swapped between a check and a use.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/error.hpp>

namespace executus::tools {

class FileDescriptor final {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  FileDescriptor& operator=(FileDescriptor&&) = delete;
  ~FileDescriptor();
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

enum class EntryType { file, directory, other };
struct DirectoryEntry {
  std::string name;
  EntryType type = EntryType::other;
};

class ConfinedRoot final {
 public:
  explicit ConfinedRoot(const std::string& path);

  // Throw Error "tool.path" with what the model should know: outside the root, not there, no file, binary, too large.
  [[nodiscard]] std::string read_text(const std::string& path, std::size_t max_bytes) const;
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
