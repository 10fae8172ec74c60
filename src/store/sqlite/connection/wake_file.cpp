#include "store/sqlite/connection/wake_file.hpp"

#include <array>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace executus::sqlite {
namespace {

FileDescriptor open_or_make(const std::filesystem::path& path) {
  return FileDescriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

class WakeWatch final : public journal::Watch {
 public:
  WakeWatch(std::filesystem::path path, std::function<void()> told)
      : path_(std::move(path)),
        told_(std::move(told)),
        events_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
        stop_(::eventfd(0, EFD_CLOEXEC)) {}
  ~WakeWatch() override {
    if (!thread_.joinable()) return;
    ::eventfd_write(stop_.get(), 1);
    thread_.join();
  }

  bool begin() {
    if (!events_ || !stop_ || !look_at_file()) return false;
    thread_ = std::thread([this] { run(); });
    return true;
  }

 private:
  void run() {
    std::array<pollfd, 2> both{{{events_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
    for (;;) {
      if (::poll(both.data(), both.size(), -1) < 0) continue;
      if (both[1].revents != 0) return;
      drop_events();
      (void)look_at_file();
      told_();
    }
  }

  // Also when the file was removed, or another one took its place; the same file twice is one watch.
  bool look_at_file() {
    auto made = open_or_make(path_);
    return ::inotify_add_watch(events_.get(), path_.c_str(), IN_ATTRIB | IN_MODIFY | IN_MOVE_SELF) >= 0;
  }

  void drop_events() const {
    std::array<char, 4096> events;
    while (::read(events_.get(), events.data(), events.size()) > 0) {
    }
  }

  const std::filesystem::path path_;
  const std::function<void()> told_;
  const FileDescriptor events_, stop_;
  std::thread thread_;
};

}  // namespace

std::filesystem::path WakeFile::path_for(const std::filesystem::path& database) { return database.string() + ".wake"; }

WakeFile::WakeFile(const std::filesystem::path& database) : file_(open_or_make(path_for(database))) {}

void WakeFile::touch() const noexcept {
  if (file_) ::futimens(file_.get(), nullptr);
}

std::unique_ptr<journal::Watch> watch_wake_file(const std::filesystem::path& database, std::function<void()> told) {
  auto watch = std::make_unique<WakeWatch>(WakeFile::path_for(database), std::move(told));
  return watch->begin() ? std::move(watch) : nullptr;
}

}  // namespace executus::sqlite
