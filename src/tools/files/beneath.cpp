#include "tools/files/beneath.hpp"

#include <cerrno>
#include <cstdint>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace executus::tools {
namespace {

constexpr int kMostRetries = 16;  // while other processes rename parts of a path

}  // namespace

int open_beneath(int folder, const std::string& path, int flags, Links links) {
  open_how how{};
  // O_PATH opens nothing and takes neither flag.
  int safe = flags & O_PATH ? O_CLOEXEC : O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  how.flags = static_cast<std::uint64_t>(flags | safe);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | (links == Links::refused ? RESOLVE_NO_SYMLINKS : 0);
  for (int tries = 0;; ++tries) {
    long fd = ::syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how);
    if (fd >= 0) return static_cast<int>(fd);
    if (errno != EAGAIN || tries == kMostRetries) return -errno;
  }
}

}  // namespace executus::tools
