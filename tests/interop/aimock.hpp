// The npm package @copilotkit/aimock: a mock of model providers that others wrote, as a child process on a loopback
// port. What it answers stands in fixtures.json.
#pragma once

#include <string>

#include <sys/types.h>

namespace executus::interop {

class Aimock final {
 public:
  // It accepts no other key.
  static constexpr const char* kKey = "interop-key-0123456789";

  // Returns when it listens. Throws std::runtime_error when it is not installed or ends.
  Aimock();
  ~Aimock();  // kills it
  Aimock(const Aimock&) = delete;
  Aimock& operator=(const Aimock&) = delete;

  [[nodiscard]] const std::string& host() const { return host_; }  // "127.0.0.1:43591"

 private:
  pid_t pid_ = -1;
  int output_ = -1;  // read up to its greeting; it stays open, since a write to a closed pipe ends the writer
  std::string host_;
};

}  // namespace executus::interop
