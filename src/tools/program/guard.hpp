// The executus side of the guard process (guard_process.hpp): starts it with the first program, and again when it was
// killed.
//
// Threads: any.
#pragma once

#include <mutex>
#include <optional>

#include "async/file_descriptor.hpp"
#include "tools/program/launch.hpp"

namespace executus::tools {

class Guard final {
 public:
  Guard() = default;
  ~Guard() = default;  // the guard process sees the end of its pipe, and ends
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  // Hands a launch to the guard process; copies of the descriptors, which stay the caller's. Throws Error
  // program.not_started when there is no guard process and none can be started.
  void launch(const LaunchFds& fds);

 private:
  std::mutex mutex_;
  std::optional<FileDescriptor> control_;
};

}  // namespace executus::tools
