#include "store_watch.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace executus::crash {
namespace {

int events_in(const char* bytes, ssize_t size) {
  int count = 0;
  for (ssize_t at = 0; at < size; ++count)
    at += static_cast<ssize_t>(sizeof(inotify_event) + reinterpret_cast<const inotify_event*>(bytes + at)->len);
  return count;
}

}  // namespace

StoreWatch::StoreWatch(const std::filesystem::path& folder, std::function<void()> written)
    : written_(std::move(written)), events_(::inotify_init1(IN_CLOEXEC)) {
  if (events_ < 0 || ::inotify_add_watch(events_, folder.c_str(), IN_MODIFY) < 0 || ::pipe2(stop_, O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "inotify");
  thread_ = std::thread([this] { watch(); });
}

StoreWatch::~StoreWatch() {
  ::close(stop_[1]);
  thread_.join();
  ::close(stop_[0]);
  ::close(events_);
}

void StoreWatch::watch() {
  alignas(inotify_event) char bytes[4096];
  pollfd ready[] = {{events_, POLLIN, 0}, {stop_[0], POLLIN, 0}};
  for (;;) {
    ::poll(ready, 2, -1);
    if (ready[1].revents != 0) return;
    auto size = ::read(events_, bytes, sizeof bytes);
    for (int left = events_in(bytes, size); left > 0; --left) written_();
  }
}

}  // namespace executus::crash
