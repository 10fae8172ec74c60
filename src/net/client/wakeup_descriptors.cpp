#include "net/client/wakeup_descriptors.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace executus::net {
namespace {

// Those that exec would not close.
std::vector<int> inherited_by_exec() {
  std::vector<int> found;
  DIR* folder = ::opendir("/proc/self/fd");
  if (!folder) return found;
  while (const dirent* entry = ::readdir(folder)) {
    int fd = std::atoi(entry->d_name);
    int flags = entry->d_name[0] == '.' ? -1 : ::fcntl(fd, F_GETFD);
    if (flags >= 0 && (flags & FD_CLOEXEC) == 0) found.push_back(fd);
  }
  ::closedir(folder);
  return found;
}

bool has_something_to_read(int fd) {
  pollfd polled{fd, POLLIN, 0};
  return ::poll(&polled, 1, 0) == 1 && (polled.revents & POLLIN) != 0;
}

// Whether what goes into `writing` comes out of `reading`, or the other way round.
bool are_a_pair(int reading, int writing) {
  struct stat one{}, other{};
  if (::fstat(reading, &one) != 0 || ::fstat(writing, &other) != 0) return false;
  if (S_ISFIFO(one.st_mode)) return S_ISFIFO(other.st_mode) && one.st_ino == other.st_ino;
  return S_ISSOCK(one.st_mode) && S_ISSOCK(other.st_mode) && !has_something_to_read(writing) &&
         ::send(reading, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1 && has_something_to_read(writing);
}

void close_on_exec(int fd) { ::fcntl(fd, F_SETFD, FD_CLOEXEC); }

}  // namespace

// Other threads may open files meanwhile that are meant to be inherited: only what a wake-up of this handle comes out
// of, and its other end, is changed. The bytes stay where they are: nothing of ours waits by curl_multi_poll().
CURLM* make_multi_closed_on_exec() {
  auto before = inherited_by_exec();
  CURLM* multi = ::curl_multi_init();
  if (!multi) return multi;
  auto opened = inherited_by_exec();
  std::erase_if(opened,
                [&](int fd) { return std::ranges::find(before, fd) != before.end() || has_something_to_read(fd); });
  if (opened.empty() || ::curl_multi_wakeup(multi) != CURLM_OK) return multi;
  auto reading = std::ranges::find_if(opened, has_something_to_read);
  if (reading == opened.end()) return multi;
  for (int writing : opened)
    if (writing != *reading && are_a_pair(*reading, writing)) close_on_exec(writing);
  close_on_exec(*reading);
  return multi;
}

}  // namespace executus::net
