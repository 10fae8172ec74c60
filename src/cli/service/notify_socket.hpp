// What a service manager wants to hear: datagrams to the socket that NOTIFY_SOCKET names (sd_notify(3), without its
// library). Without such a variable nothing is sent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <executus/base/clock.hpp>
#include <executus/base/environment.hpp>

#include "async/file_descriptor.hpp"

namespace executus::cli {

// Threads: any.
class NotifySocket final {
 public:
  explicit NotifySocket(const Environment& environment);

  // "READY=1", or several such lines. A manager that does not read is not waited for.
  void tell(std::string_view state) const noexcept;

  // How often the manager wants to hear "WATCHDOG=1" at least (WATCHDOG_USEC); nothing: it does not ask this process.
  [[nodiscard]] std::optional<Milliseconds> watchdog() const noexcept { return watchdog_; }

 private:
  std::string address_;  // as in sockaddr_un: an abstract one begins with a NUL; empty: none
  std::optional<Milliseconds> watchdog_;
  FileDescriptor socket_;
};

// "EXTEND_TIMEOUT_USEC=...": from now on the step that is under way may take so long.
[[nodiscard]] std::string extended_by(Milliseconds time);

}  // namespace executus::cli
