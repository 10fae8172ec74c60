// An open file, closed when this goes.
#pragma once

#include <utility>

#include "async/closed_on_fork.hpp"

namespace executus {

class FileDescriptor final {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor() { close(); }
  [[nodiscard]] int get() const noexcept { return fd_; }  // -1: none
  explicit operator bool() const noexcept { return fd_ >= 0; }
  void close() noexcept {
    if (fd_ >= 0) close_of_this_process(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

}  // namespace executus
