#include "tools/confined.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace executus::tools {
namespace {

constexpr int kMaxDepth = 64;

Error path_error(const std::string& path, std::string_view what) {
  return failed("tool.path", "'" + path + "' " + std::string(what));
}

std::string_view reason(int error) {
  switch (error) {
    case EXDEV:
    case ELOOP:
      return "leads out of the directory this tool may see; use a path below it";
    case ENOENT:
      return "does not exist; list_dir and find_files show what does";
    case ENOTDIR:
      return "is not a directory, or has a file where a directory is expected";
    case EACCES:
    case EPERM:
      return "may not be read by this user";
    case ENOSYS:
      return "cannot be confined: this kernel has no openat2 (Linux 5.6)";
    default:
      return std::strerror(error);
  }
}

// The model writes paths as it saw them: "/x" and "./x" mean "x".
std::string relative(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  return path.empty() ? "." : std::string(path);
}

std::string joined(const std::string& directory, const std::string& name) {
  return directory == "." ? name : directory + "/" + name;
}

EntryType type_of(unsigned char type) {
  return type == DT_REG ? EntryType::file : type == DT_DIR ? EntryType::directory : EntryType::other;
}

}  // namespace

ConfinedRoot::ConfinedRoot(const std::string& path) : root_(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
  if (root_.get() < 0)
    throw path_error(path, "is the agent's root, but cannot be opened: " + std::string(std::strerror(errno)));
}

FileDescriptor ConfinedRoot::open(const std::string& path, int flags) const {
  if (path.find('\0') != std::string::npos) throw path_error(path.c_str(), "holds a NUL byte");
  open_how how{};
  // A FIFO must not hang us, a terminal not adopt us; O_PATH opens nothing and takes neither flag.
  int safe = flags & O_PATH ? O_CLOEXEC : O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  how.flags = static_cast<std::uint64_t>(flags | safe);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  long fd = ::syscall(SYS_openat2, root_.get(), relative(path).c_str(), &how, sizeof how);
  if (fd < 0) throw path_error(path, reason(errno));
  return FileDescriptor(static_cast<int>(fd));
}

TextLines ConfinedRoot::lines(const std::string& path, std::stop_token stop) const {
  FileDescriptor file = open(path, O_RDONLY);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
    throw path_error(path, S_ISDIR(status.st_mode) ? "is a directory; list_dir shows it" : "is not a regular file");
  return TextLines(std::move(file), path, std::move(stop));
}

bool ConfinedRoot::is_file(const std::string& path) const {
  FileDescriptor found = open(path, O_PATH);
  struct stat status{};
  return ::fstat(found.get(), &status) == 0 && S_ISREG(status.st_mode);
}

std::vector<DirectoryEntry> ConfinedRoot::list(const std::string& path) const {
  FileDescriptor directory = open(path, O_RDONLY | O_DIRECTORY);
  std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(::dup(directory.get())), &::closedir);
  if (!stream) throw path_error(path, reason(errno));
  std::vector<DirectoryEntry> entries;
  while (const dirent* entry = ::readdir(stream.get())) {
    std::string name = entry->d_name;
    if (name != "." && name != "..") entries.push_back({std::move(name), type_of(entry->d_type)});
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

void ConfinedRoot::walk(const std::string& path, const std::function<bool(const std::string&)>& visit) const {
  if (is_file(path)) {
    visit(relative(path));
    return;
  }
  walk_directory(relative(path), 0, visit);
}

bool ConfinedRoot::walk_directory(const std::string& path, int depth,
                                  const std::function<bool(const std::string&)>& visit) const {
  if (depth > kMaxDepth) return true;
  for (const auto& entry : list(path)) {
    std::string name = joined(path, entry.name);
    if (entry.type == EntryType::file && !visit(name)) return false;
    if (entry.type != EntryType::directory || entry.name == ".git") continue;
    if (!walk_directory(name, depth + 1, visit)) return false;
  }
  return true;
}

}  // namespace executus::tools
