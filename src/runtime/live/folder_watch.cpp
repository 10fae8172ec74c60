#include "runtime/live/folder_watch.hpp"

#include <array>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace executus {

// The folders are looked at before the constructor returns: what changes afterwards is told.
FolderWatch::FolderWatch(std::function<std::vector<std::string>()> folders, std::function<void()> told)
    : folders_(std::move(folders)),
      told_(std::move(told)),
      events_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      stop_(::eventfd(0, EFD_CLOEXEC)) {
  if (!events_ || !stop_) return;
  look_at_folders();
  thread_ = std::thread([this] { run(); });
}

FolderWatch::~FolderWatch() {
  if (!thread_.joinable()) return;
  ::eventfd_write(stop_.get(), 1);
  thread_.join();
}

void FolderWatch::run() {
  std::array<pollfd, 2> both{{{events_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
  for (;;) {
    if (::poll(both.data(), both.size(), -1) < 0) continue;
    if (both[1].revents != 0) return;
    if (!drop_events()) continue;
    told_();
    look_at_folders();
  }
}

// A folder that is watched already stays so; one that was replaced is watched anew.
void FolderWatch::look_at_folders() {
  constexpr auto kChanges = IN_CLOSE_WRITE | IN_MOVE | IN_CREATE | IN_DELETE | IN_ONLYDIR;
  for (const auto& folder : folders_()) (void)::inotify_add_watch(events_.get(), folder.c_str(), kChanges);
}

bool FolderWatch::drop_events() const {
  std::array<char, 4096> events;
  bool any = false;
  while (::read(events_.get(), events.data(), events.size()) > 0) any = true;
  return any;
}

}  // namespace executus
