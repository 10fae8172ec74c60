#include "skillpack/tree_reader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <executus/base/error.hpp>

#include "async/file_descriptor.hpp"
#include "base/text.hpp"

namespace executus::skillpack {
namespace {

constexpr int kDeepest = 32;  // folders
constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr std::string_view kPointer = "version https://git-lfs.github.com/spec/";

Error unreadable(const std::string& path, const std::string& why) {
  return failed("skillpack.source", "the pack's '" + path + "' cannot be read: " + why);
}

std::string size_text(std::size_t bytes) { return std::to_string(bytes >> 20U) + " MiB"; }

std::vector<std::string> names_in(int folder, const std::string& path) {
  int copy = ::openat(folder, ".", kFolder);
  std::unique_ptr<DIR, int (*)(DIR*)> entries(copy < 0 ? nullptr : ::fdopendir(copy), ::closedir);
  if (!entries) {
    int why = errno;
    if (copy >= 0) ::close(copy);
    throw unreadable(path, std::strerror(why));
  }
  std::vector<std::string> names;
  while (const auto* entry = ::readdir(entries.get()))
    if (std::string_view name = entry->d_name; name != "." && name != ".." && name != ".git") names.emplace_back(name);
  std::ranges::sort(names);
  return names;
}

class TreeReader {
 public:
  TreeReader(std::string shown, std::size_t most_files) : shown_(std::move(shown)), most_files_(most_files) {}

  PackTree read(int folder) {
    walk(folder, "", 0);
    std::ranges::sort(tree_.files, {}, &PackFile::path);
    return std::move(tree_);
  }

 private:
  void walk(int folder, const std::string& prefix, int depth) {
    if (depth > kDeepest) throw unreadable(prefix, "it lies deeper than " + std::to_string(kDeepest) + " folders");
    for (const auto& name : names_in(folder, shown_ + "/" + prefix)) look_at(folder, prefix, name, depth);
  }

  void look_at(int folder, const std::string& prefix, const std::string& name, int depth) {
    auto path = prefix + name;
    if (auto wrong = wrong_with_path(path); !wrong.empty()) throw unreadable(path, wrong);
    if (!is_valid_utf8(path)) throw unreadable(as_utf8(path), "its name is no UTF-8");
    struct stat entry{};
    if (::fstatat(folder, name.c_str(), &entry, AT_SYMLINK_NOFOLLOW) != 0) throw unreadable(path, std::strerror(errno));
    if (S_ISLNK(entry.st_mode)) return miss(path, "a symbolic link");
    if (!S_ISDIR(entry.st_mode) && !S_ISREG(entry.st_mode)) return miss(path, "neither a file nor a folder");
    int flags = S_ISDIR(entry.st_mode) ? kFolder : O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
    FileDescriptor opened(::openat(folder, name.c_str(), flags));
    if (!opened) throw unreadable(path, std::strerror(errno));
    if (S_ISDIR(entry.st_mode)) return walk(opened.get(), path + "/", depth + 1);
    add_file(std::move(opened), std::move(path));
  }

  void add_file(FileDescriptor opened, std::string path) {
    struct stat entry{};
    if (::fstat(opened.get(), &entry) != 0 || !S_ISREG(entry.st_mode)) return miss(path, "neither a file nor a folder");
    if (tree_.files.size() == most_files_)
      throw unreadable(path, "a pack has at most " + std::to_string(most_files_) + " files; name a folder below it");
    PackFile file{std::move(path), (entry.st_mode & S_IXUSR) != 0, ""};
    read_all(opened.get(), file);
    if (file.bytes.starts_with(kPointer)) return miss(file.path, "a Git LFS pointer");
    tree_.files.push_back(std::move(file));
  }

  void read_all(int descriptor, PackFile& file) {
    std::array<char, 65536> buffer;
    for (;;) {
      auto got = ::read(descriptor, buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw unreadable(file.path, std::strerror(errno));
      if (got == 0) break;
      file.bytes.append(buffer.data(), static_cast<std::size_t>(got));
      if (file.bytes.size() > kLargestFile)
        throw unreadable(file.path, "it is larger than a file of a pack may be (" + size_text(kLargestFile) + ")");
    }
    bytes_ += file.bytes.size();
    if (bytes_ > kLargestPack)
      throw unreadable(file.path,
                       "with it the pack is larger than " + size_text(kLargestPack) + "; name a folder below it");
  }

  // They are named in a file of subscriptions, and to the model.
  void miss(const std::string& path, const char* what) {
    if (tree_.missing.size() == most_files_)
      throw unreadable(path, "more than " + std::to_string(most_files_) +
                                 " of its files are links or no files; name a folder below it");
    tree_.missing.push_back({path, what});
  }

  std::string shown_;  // the folder, for messages
  const std::size_t most_files_;
  PackTree tree_;
  std::size_t bytes_ = 0;
};

FileDescriptor open_folder(const std::string& folder, const std::string& below) {
  FileDescriptor opened(::open(folder.c_str(), kFolder));
  if (!opened) throw unreadable(folder, std::strerror(errno));
  if (below.empty()) return opened;
  for (auto part : split(below, '/')) {
    FileDescriptor next(::openat(opened.get(), std::string(part).c_str(), kFolder));
    if (!next)
      throw unreadable(below, errno == ELOOP || errno == ENOTDIR ? "it is no folder, or behind a symbolic link"
                                                                 : std::strerror(errno));
    opened = std::move(next);
  }
  return opened;
}

}  // namespace

PackTree read_tree(const std::string& folder, const std::string& below, std::size_t most_files) {
  auto opened = open_folder(folder, below);
  return TreeReader(below.empty() ? folder : below, most_files).read(opened.get());
}

}  // namespace executus::skillpack
