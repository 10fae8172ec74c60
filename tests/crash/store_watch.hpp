// Tells when files in a folder are written to (inotify): the nearest one comes, from outside, to the moments between
// the writes of a transaction.
#pragma once

#include <filesystem>
#include <functional>
#include <thread>

namespace executus::crash {

class StoreWatch final {
 public:
  // `written` is called on a thread of its own.
  StoreWatch(const std::filesystem::path& folder, std::function<void()> written);
  ~StoreWatch();
  StoreWatch(const StoreWatch&) = delete;
  StoreWatch& operator=(const StoreWatch&) = delete;

 private:
  void watch();

  std::function<void()> written_;
  int events_ = -1;
  int stop_[2] = {-1, -1};  // a pipe
  std::thread thread_;
};

}  // namespace executus::crash
