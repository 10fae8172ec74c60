#include "tools/files/writable_place.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <executus/base/digest.hpp>

#include "async/file_writing.hpp"
#include "tools/files/beneath.hpp"

namespace executus::tools {
namespace {

// At most one byte more than `size`. Nothing: errno says why.
std::optional<std::string> read_all(int file, std::size_t size) {
  std::string text(size + 1, '\0');
  std::size_t got = 0;
  while (got < text.size()) {
    ssize_t more = ::read(file, text.data() + got, text.size() - got);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return std::nullopt;
    if (more == 0) break;
    got += static_cast<std::size_t>(more);
  }
  text.resize(got);
  return text;
}

// Deletes the temporary file, if it is there still.
struct Temporary {
  int folder;
  std::string name;
  ~Temporary() { ::unlinkat(folder, name.c_str(), 0); }
};

void require_going_on(const std::stop_token& stop) {
  if (stop.stop_requested()) throw failed("tool.stopped", "the edit was given up: the call that asked for it is over");
}

// Owner and group as the old file's, as far as this user may; others than its group get none of the group's rights.
mode_t take_owner(int file, const struct stat& old) {
  mode_t mode = old.st_mode & 0777;
  if (::fchown(file, old.st_uid, old.st_gid) == 0 || ::fchown(file, static_cast<uid_t>(-1), old.st_gid) == 0)
    return mode;
  return mode & ~static_cast<mode_t>(S_IRWXG);
}

}  // namespace

// Deletes folders that were made for a file, unless it is there.
class WritablePlace::MadeFolders final {
 public:
  MadeFolders() = default;
  MadeFolders(const MadeFolders&) = delete;
  MadeFolders& operator=(const MadeFolders&) = delete;
  ~MadeFolders() {
    for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder)
      ::unlinkat(folder->parent.get(), folder->name.c_str(), AT_REMOVEDIR);
  }
  [[nodiscard]] std::vector<MadeFolder>& list() { return folders_; }
  void keep() { folders_.clear(); }

 private:
  std::vector<MadeFolder> folders_;
};

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
  auto text = read_all(file.get(), static_cast<std::size_t>(status.st_size));
  if (!text) throw problem(errno);
  if (text->size() > static_cast<std::size_t>(status.st_size))
    throw failed("tool.path", "'" + path_ + "' grew while it was read; try again");
  return text;
}

bool WritablePlace::is_done(const Change& change) const {
  auto now = digest_of(read());
  if (now == change.after) return true;
  if (now == change.before) return false;
  throw failed("tool.stale", "'" + path_ + "' was changed by something else just now; read it again");
}

void WritablePlace::make_folders(std::vector<MadeFolder>& made) {
  for (auto end = path_.find('/'); end != std::string::npos; end = path_.find('/', end + 1)) {
    auto folder = path_.substr(0, end);
    auto above = folder.rfind('/');
    FileDescriptor parent(open_beneath(root_, above == std::string::npos ? "." : folder.substr(0, above),
                                       O_RDONLY | O_DIRECTORY, Links::refused));
    auto own_name = folder.substr(above == std::string::npos ? 0 : above + 1);
    if (!parent) throw problem(ENOENT);
    if (::mkdirat(parent.get(), own_name.c_str(), 0777) == 0) {
      (void)::fsync(parent.get());
      made.push_back({std::move(parent), std::move(own_name)});
    } else if (errno != EEXIST) {
      throw problem(errno);
    }
    int opened = open_beneath(root_, folder, O_RDONLY | O_DIRECTORY, Links::refused);
    if (opened < 0) throw problem(-opened);
    folder_ = FileDescriptor(opened);
  }
}

// The mode comes first of what can fail, so that nothing is renamed with a wrong one.
void WritablePlace::fill(int file, const std::string& text, const FileCalls& calls) const {
  struct stat old{};
  bool exists = ::fstatat(folder_.get(), name().c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0;
  if (exists && ::fchmod(file, take_owner(file, old)) != 0) throw problem(errno);
  if (!write_all(file, text) || calls.sync(file) != 0) throw problem(errno);
}

// Network file systems know no renaming that replaces nothing; a second name for the file does the same.
int WritablePlace::rename(const Change& change, const Placing& how) const {
  int folder = folder_.get();
  const char* from = how.temporary.c_str();
  unsigned flags = change.before.empty() ? RENAME_NOREPLACE : 0;
  if (how.calls.rename(folder, from, folder, name().c_str(), flags) == 0) return 0;
  if (flags == 0 || errno != EINVAL) return errno;
  return ::linkat(folder, from, folder, name().c_str(), 0) == 0 ? 0 : errno;
}

// Another attempt at the same change may have made it meanwhile; then it is made.
void WritablePlace::replace(const std::string& text, const Change& change, const Placing& how) const {
  FileDescriptor file(::openat(folder_.get(), how.temporary.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                               change.before.empty() ? 0666 : 0600));
  if (!file) throw problem(errno);
  Temporary made{folder_.get(), how.temporary};
  fill(file.get(), text, how.calls);
  require_going_on(how.stop);
  if (is_done(change)) return;
  if (int error = rename(change, how); error != 0 && !is_done(change)) throw problem(error);
}

void WritablePlace::put(const FileText& text, const Change& change, const Placing& how) {
  require_going_on(how.stop);
  if (!text) {
    if (::unlinkat(folder_.get(), name().c_str(), 0) != 0) throw problem(errno);
    return;
  }
  MadeFolders made;
  if (!folder_) make_folders(made.list());
  replace(*text, change, how);
  made.keep();
}

WritablePlace::Written WritablePlace::write(const FileText& text, const std::string& before, const Placing& how) {
  Change change{before, digest_of(text)};
  if (!is_done(change)) put(text, change, how);
  return !folder_ || how.calls.sync(folder_.get()) == 0 ? Written::durable : Written::perhaps_lost;
}

void WritablePlace::remove_temporaries(const std::string& prefix) const {
  if (!folder_) return;
  std::unique_ptr<DIR, int (*)(DIR*)> stream(
      ::fdopendir(::openat(folder_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)), &::closedir);
  if (!stream) return;
  while (const dirent* entry = ::readdir(stream.get()))
    if (std::string_view(entry->d_name).starts_with(prefix)) ::unlinkat(folder_.get(), entry->d_name, 0);
}

}  // namespace executus::tools
