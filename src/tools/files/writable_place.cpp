#include "tools/files/writable_place.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <executus/base/digest.hpp>

#include "async/file_writing.hpp"
#include "tools/files/beneath.hpp"

namespace executus::tools {
namespace {

std::string read_all(int file, std::size_t size) {
  std::string text(size + 1, '\0');
  std::size_t got = 0;
  while (got < text.size()) {
    ssize_t more = ::read(file, text.data() + got, text.size() - got);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) throw errno;
    if (more == 0) break;
    got += static_cast<std::size_t>(more);
  }
  text.resize(got);
  return text;
}

// Deletes the temporary file unless it was renamed.
struct Temporary {
  int folder;
  std::string name;
  bool renamed = false;
  ~Temporary() {
    if (!renamed) ::unlinkat(folder, name.c_str(), 0);
  }
};

}  // namespace

std::string digest_of(const FileText& text) { return text ? sha256_hex(*text) : ""; }

Error WritablePlace::problem(int error) const {
  std::string what = error == ELOOP    ? "is a link that was put there just now"
                     : error == EISDIR ? "is a directory"
                                       : std::string("cannot be read or written: ") + std::strerror(error);
  return failed("tool.path", "'" + path_ + "' " + what);
}

FileText WritablePlace::read() const {
  if (!folder_) return std::nullopt;
  FileDescriptor file(::openat(folder_.get(), name().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file && errno == ENOENT) return std::nullopt;
  struct stat status{};
  if (!file || ::fstat(file.get(), &status) != 0) throw problem(errno);
  if (S_ISDIR(status.st_mode)) throw problem(EISDIR);
  if (!S_ISREG(status.st_mode)) throw failed("tool.path", "'" + path_ + "' is not a regular file");
  auto too_large = [&] { return failed("tool.path", "'" + path_ + "' has more than 8 MiB, and is not edited"); };
  if (static_cast<std::size_t>(status.st_size) > kMaxEdited) throw too_large();
  try {
    auto text = read_all(file.get(), static_cast<std::size_t>(status.st_size));
    if (text.size() > static_cast<std::size_t>(status.st_size))
      throw failed("tool.path", "'" + path_ + "' grew while it was read; try again");
    return text;
  } catch (int error) {
    throw problem(error);
  }
}

void WritablePlace::require(const std::string& before) const {
  if (digest_of(read()) != before)
    throw failed("tool.stale", "'" + path_ + "' was changed by something else just now; read it again");
}

void WritablePlace::make_folders() {
  for (auto end = path_.find('/'); end != std::string::npos; end = path_.find('/', end + 1)) {
    auto folder = path_.substr(0, end);
    auto above = folder.rfind('/');
    FileDescriptor parent(open_beneath(root_, above == std::string::npos ? "." : folder.substr(0, above),
                                       O_RDONLY | O_DIRECTORY, Links::refused));
    auto made = folder.substr(above == std::string::npos ? 0 : above + 1);
    if (!parent) throw problem(ENOENT);
    if (::mkdirat(parent.get(), made.c_str(), 0777) != 0 && errno != EEXIST) throw problem(errno);
    (void)::fsync(parent.get());
    int opened = open_beneath(root_, folder, O_RDONLY | O_DIRECTORY, Links::refused);
    if (opened < 0) throw problem(-opened);
    folder_ = FileDescriptor(opened);
  }
}

// The mode comes first of what can fail, so that nothing is renamed with a wrong one.
void WritablePlace::fill(int file, const std::string& text) const {
  struct stat old{};
  bool exists = ::fstatat(folder_.get(), name().c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0;
  if (exists && ::fchown(file, static_cast<uid_t>(-1), old.st_gid) != 0 && errno != EPERM) throw problem(errno);
  if (exists && ::fchmod(file, old.st_mode & 0777) != 0) throw problem(errno);
  if (!write_all(file, text) || ::fsync(file) != 0) throw problem(errno);
}

void WritablePlace::replace(const std::string& text, const std::string& before, const std::string& temporary) {
  if (::unlinkat(folder_.get(), temporary.c_str(), 0) != 0 && errno != ENOENT) throw problem(errno);
  FileDescriptor file(::openat(folder_.get(), temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                               before.empty() ? 0666 : 0600));
  if (!file) throw problem(errno);
  Temporary made{folder_.get(), temporary};
  fill(file.get(), text);
  require(before);
  int renamed = before.empty()
                    ? ::renameat2(folder_.get(), temporary.c_str(), folder_.get(), name().c_str(), RENAME_NOREPLACE)
                    : ::renameat(folder_.get(), temporary.c_str(), folder_.get(), name().c_str());
  if (renamed != 0) throw problem(errno);
  made.renamed = true;
}

void WritablePlace::write(const FileText& text, const std::string& before, const std::string& temporary) {
  require(before);
  if (text) {
    if (!folder_) make_folders();
    replace(*text, before, temporary);
  } else if (::unlinkat(folder_.get(), name().c_str(), 0) != 0) {
    throw problem(errno);
  }
  if (::fsync(folder_.get()) != 0) throw problem(errno);
}

}  // namespace executus::tools
