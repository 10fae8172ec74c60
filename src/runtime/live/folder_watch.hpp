// Hears of changes to the files in some folders at once, as far as the system tells of them: a hint, like the wake file
// of a store. A save by rename is a change of the folder, so folders are watched and not files.
#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "async/file_descriptor.hpp"

namespace executus {

class FolderWatch final {
 public:
  // `told` is called on a thread of its own when something changed; `folders`, before each wait, says which folders
  // there are. Those that are not there are passed over. The destructor waits for a call of `told`.
  FolderWatch(std::function<std::vector<std::string>()> folders, std::function<void()> told);
  ~FolderWatch();
  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

 private:
  void run();
  void look_at_folders();
  [[nodiscard]] bool drop_events() const;

  const std::function<std::vector<std::string>()> folders_;
  const std::function<void()> told_;
  const FileDescriptor events_, stop_;
  std::thread thread_;  // none: the system tells of no changes
};

}  // namespace executus
