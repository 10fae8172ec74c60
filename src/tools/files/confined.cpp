#include "tools/files/confined.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"
#include "tools/files/beneath.hpp"

namespace executus::tools {
namespace {

constexpr int kMostLinks = 40;  // on one path, as many as the kernel follows

Error path_error(const std::string& path, std::string_view what) {
  return failed("tool.path", "'" + path + "' " + std::string(what));
}

std::string_view reason(int error) {
  switch (error) {
    case EXDEV:
      return "leads out of the directory this tool may see; use a path below it";
    case ELOOP:
      return "is a link that leads back to itself, or to too many others";
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

RootNames names_of(const std::string& path, int root) {
  std::error_code ignored;
  RootNames names{std::filesystem::absolute(path, ignored).lexically_normal().string()};
  auto without_links = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(root), ignored).string();
  if (!without_links.empty() && without_links != names.front()) names.push_back(std::move(without_links));
  return names;
}

std::string target_of(int link) {
  std::array<char, PATH_MAX> target{};
  auto size = ::readlinkat(link, "", target.data(), target.size());
  return {target.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

// The names of a path, those of its end first.
std::vector<std::string> names_from_end(std::string_view path) {
  std::vector<std::string> names;
  for (auto name : split(path, '/')) names.emplace_back(name);
  std::ranges::reverse(names);
  return names;
}

std::string path_of_names(const std::vector<std::string>& names) {
  std::string path;
  for (const auto& name : names) (path += path.empty() ? "" : "/") += name;
  return path.empty() ? "." : path;
}

std::string folder_of(const std::string& path) {
  auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

}  // namespace

ConfinedRoot::ConfinedRoot(const std::string& path) : root_(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
  if (root_.get() < 0)
    throw path_error(path, "is the agent's root, but cannot be opened: " + std::string(std::strerror(errno)));
  names_ = names_of(path, root_.get());
}

int ConfinedRoot::open_at_root(const std::string& path, int flags) const {
  return open_beneath(root_.get(), path, flags, Links::followed);
}

// Replaces the links on `path` by what they lead to; an absolute one may lead below the root again. 0, or an errno. The
// resulting path is opened beneath the root like every other.
int ConfinedRoot::resolve_links(std::string& path) const {
  std::vector<std::string> done, todo = names_from_end(path);
  for (int links = 0; !todo.empty();) {
    auto name = std::move(todo.back());
    todo.pop_back();
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      if (done.empty()) return EXDEV;
      done.pop_back();
      continue;
    }
    done.push_back(std::move(name));
    FileDescriptor file(open_at_root(path_of_names(done), O_PATH | O_NOFOLLOW));
    struct stat status{};
    if (file.get() < 0 || ::fstat(file.get(), &status) != 0 || !S_ISLNK(status.st_mode)) continue;
    if (++links > kMostLinks) return ELOOP;
    auto target = target_of(file.get());
    done.pop_back();
    if (target.starts_with('/')) {
      auto below = below_root(target, names_);
      if (!below) return EXDEV;
      done.clear();
      target = std::move(*below);
    }
    std::ranges::move(names_from_end(target), std::back_inserter(todo));
  }
  path = path_of_names(done);
  return 0;
}

int ConfinedRoot::open_below(const std::string& path, int flags) const {
  int fd = open_at_root(path, flags);
  if (fd != -EXDEV) return fd;
  std::string plain = path;
  if (int error = resolve_links(plain); error != 0) return -error;
  return open_at_root(plain, flags);
}

Error ConfinedRoot::refusal(const std::string& path, int error) const {
  bool elsewhere = error == ENOENT && path.starts_with('/') && !below_root(path, names_);
  if (!elsewhere) return path_error(path, reason(error));
  return path_error(path, "does not exist below " + names_.front() +
                              ", which is all this tool may see; list_dir and find_files show what does");
}

ConfinedRoot::Opened ConfinedRoot::open(const std::string& path, int flags) const {
  if (path.find('\0') != std::string::npos) throw path_error(path.c_str(), "holds a NUL byte");
  int error = 0;
  for (auto& reading : readings_of(path, names_)) {
    int fd = open_below(reading, flags);
    if (fd >= 0) return {FileDescriptor(fd), std::move(reading)};
    if (error == 0) error = -fd;
  }
  throw refusal(path, error);
}

TextLines ConfinedRoot::lines(const std::string& path, std::stop_token stop) const {
  auto opened = open(path, O_RDONLY);
  struct stat status{};
  if (::fstat(opened.file.get(), &status) != 0 || !S_ISREG(status.st_mode))
    throw path_error(path, S_ISDIR(status.st_mode) ? "is a directory; list_dir shows it" : "is not a regular file");
  return TextLines(std::move(opened.file), path, std::move(stop));
}

EntryType ConfinedRoot::type(const std::string& path) const {
  auto opened = open(path, O_PATH);
  struct stat status{};
  if (::fstat(opened.file.get(), &status) != 0) throw path_error(path, reason(errno));
  return type_of_mode(status.st_mode);
}

std::string ConfinedRoot::written_path(const std::string& path) const {
  if (path.find('\0') != std::string::npos) throw path_error(path.c_str(), "holds a NUL byte");
  if (auto below = below_root(path, names_)) return *below;
  auto reading = readings_of(path, names_).front();
  if (path.starts_with('/') && !FileDescriptor(open_below(folder_of(reading), O_PATH))) throw refusal(path, ENOENT);
  return reading;
}

WritablePlace ConfinedRoot::writable(const std::string& path) const {
  auto plain = written_path(path);
  if (path.ends_with('/')) throw path_error(path, "is the name of a directory");
  if (int error = resolve_links(plain); error != 0) throw refusal(path, error);
  if (!is_valid_utf8(plain)) throw path_error(path, "leads to a name that is no UTF-8, and is not written");
  if (plain == ".") throw path_error(path, "is a directory; give the path of a file");
  if (is_git_metadata(plain))
    throw path_error(path, "is git's own, which these tools do not write: git runs what stands there");
  int folder = open_beneath(root_.get(), folder_of(plain), O_RDONLY | O_DIRECTORY, Links::refused);
  if (folder < 0 && folder != -ENOENT) throw refusal(path, -folder);
  return {root_.get(), names_.back(), std::move(plain), FileDescriptor(folder)};
}

std::string ConfinedRoot::meant(const std::string& path) const { return open(path, O_PATH).path; }

std::vector<DirectoryEntry> ConfinedRoot::list(const std::string& path) const {
  auto opened = open(path, O_RDONLY | O_DIRECTORY);
  std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(::dup(opened.file.get())), &::closedir);
  if (!stream) throw path_error(path, reason(errno));
  std::vector<DirectoryEntry> entries;
  errno = 0;
  while (const dirent* entry = ::readdir(stream.get())) {
    std::string name = entry->d_name;
    if (name != "." && name != "..") entries.push_back({std::move(name), type_of_entry(opened.file.get(), *entry)});
    errno = 0;
  }
  if (errno != 0) throw path_error(path, reason(errno));
  std::ranges::sort(entries, {}, &DirectoryEntry::name);
  return entries;
}

}  // namespace executus::tools
