#include "store/sqlite/connection/locks.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <executus/base/error.hpp>

#include "async/closed_on_fork.hpp"

namespace executus::sqlite {
namespace {

constexpr Milliseconds kFirstRetry{1};
constexpr Milliseconds kLastRetry{20};

std::filesystem::path beside(const std::filesystem::path& database, const char* suffix) {
  return database.string() + suffix;
}

struct flock one_byte(short type, std::int64_t at) {
  struct flock lock{};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = at;
  lock.l_len = 1;
  return lock;
}

}  // namespace

LockFile::LockFile(const std::filesystem::path& path)
    : file_(open_closed_on_fork([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600); })) {
  if (file_) return;
  bool forbidden = errno == EACCES || errno == EROFS || errno == EPERM;
  throw Error(forbidden ? ErrorKind::failed : ErrorKind::disconnected,
              forbidden ? "store.read_only" : "store.cannot_open",
              "the lock file " + path.string() + " could not be opened: " + std::strerror(errno) +
                  "; make the database's directory writable");
}

LockFile LockFile::to_look_at(const std::filesystem::path& path) {
  LockFile file;
  file.file_ = FileDescriptor(open_closed_on_fork([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
  return file;
}

CheckpointLock::CheckpointLock(const std::filesystem::path& database) : path_(path_for(database)), file_(path_) {}

std::filesystem::path CheckpointLock::path_for(const std::filesystem::path& database) {
  return beside(database, ".checkpoint.lock");
}

CheckpointLock::Held::~Held() {
  if (fd_ >= 0) ::flock(fd_, LOCK_UN);
}

CheckpointLock::Held CheckpointLock::for_writing(Milliseconds patience) const { return wait_for(LOCK_SH, patience); }

CheckpointLock::Held CheckpointLock::for_checkpoint(Milliseconds patience) const { return wait_for(LOCK_EX, patience); }

std::optional<CheckpointLock::Held> CheckpointLock::try_for_checkpoint() const {
  if (::flock(file_.fd(), LOCK_EX | LOCK_NB) != 0) return std::nullopt;
  return Held(file_.fd());
}

// flock() itself cannot give up after a time.
CheckpointLock::Held CheckpointLock::wait_for(int mode, Milliseconds patience) const {
  auto until = std::chrono::steady_clock::now() + patience;
  for (auto pause = kFirstRetry; ::flock(file_.fd(), mode | LOCK_NB) != 0; pause = std::min(pause * 2, kLastRetry)) {
    if (std::chrono::steady_clock::now() >= until)
      throw Error(ErrorKind::overloaded, "store.locked",
                  "another process has kept " + path_.string() + " locked for " + std::to_string(patience.count()) +
                      " ms; find it with `fuser " + path_.string() + "`");
    std::this_thread::sleep_for(pause);
  }
  return Held(file_.fd());
}

WorkerLocks::WorkerLocks(const std::filesystem::path& database, Use use)
    : own_(use == Use::look ? LockFile() : LockFile(beside(database, ".workers"))),
      probe_(use == Use::look ? LockFile::to_look_at(beside(database, ".workers"))
                              : LockFile(beside(database, ".workers"))) {}

bool WorkerLocks::hold(std::int64_t worker) const {
  auto lock = one_byte(F_WRLCK, worker);
  return ::fcntl(own_.fd(), F_OFD_SETLK, &lock) == 0;
}

void WorkerLocks::let_go(std::int64_t worker) const noexcept {
  auto lock = one_byte(F_UNLCK, worker);
  ::fcntl(own_.fd(), F_OFD_SETLK, &lock);
}

bool WorkerLocks::is_held(std::int64_t worker) const {
  if (probe_.fd() < 0) return true;
  auto lock = one_byte(F_WRLCK, worker);
  if (::fcntl(probe_.fd(), F_OFD_GETLK, &lock) != 0)
    throw failed("store.io", std::string("asking who is alive failed: ") + std::strerror(errno) +
                                 "; the file system must support locks");
  return lock.l_type != F_UNLCK;
}

}  // namespace executus::sqlite
