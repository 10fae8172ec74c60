// A service manager that tests listen as.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace executus::cli {

// A service manager's end. A name that begins with '@' is an abstract one.
class Manager {
 public:
  explicit Manager(const std::string& name) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size), 0) << std::strerror(errno);
  }
  ~Manager() { ::close(fd_); }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  std::string hear() const {  // "": nothing was said
    char text[1024];
    ssize_t got = ::recv(fd_, text, sizeof text, 0);
    return got < 0 ? "" : std::string(text, static_cast<std::size_t>(got));
  }
  std::string await() const {  // "": nothing was said within a minute
    pollfd until{fd_, POLLIN, 0};
    return ::poll(&until, 1, 60'000) == 1 ? hear() : "";
  }

 private:
  int fd_;
};

}  // namespace executus::cli
