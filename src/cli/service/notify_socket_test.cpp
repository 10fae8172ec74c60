#include "cli/service/notify_socket.hpp"

#include <cstddef>
#include <cstring>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <executus/testing/temporary_folder.hpp>

namespace executus::cli {
namespace {

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

 private:
  int fd_;
};

TEST(NotifySocket, SpeaksToAPath) {  // [API-11]
  testing::TemporaryFolder folder;
  auto name = (folder / "notify").string();
  Manager manager(name);
  NotifySocket socket(FixedEnvironment({{"NOTIFY_SOCKET", name}}));

  socket.tell("READY=1\nSTATUS=Working");

  EXPECT_EQ(manager.hear(), "READY=1\nSTATUS=Working");
}

TEST(NotifySocket, SpeaksToAnAbstractName) {  // [API-11]
  auto name = "@executus-test-" + std::to_string(::getpid());
  Manager manager(name);
  NotifySocket socket(FixedEnvironment({{"NOTIFY_SOCKET", name}}));

  socket.tell("STOPPING=1");

  EXPECT_EQ(manager.hear(), "STOPPING=1");
}

TEST(NotifySocket, IsSilentWithoutAManager) {
  for (const std::string name : {"", "relative", "vsock:2:1234", "/nowhere/notify"}) {
    NotifySocket socket(FixedEnvironment({{"NOTIFY_SOCKET", name}}));
    socket.tell("READY=1");
  }
  NotifySocket(FixedEnvironment({})).tell("READY=1");
}

TEST(NotifySocket, DoesNotWaitForAManagerThatDoesNotRead) {
  testing::TemporaryFolder folder;
  auto name = (folder / "notify").string();
  Manager manager(name);
  NotifySocket socket(FixedEnvironment({{"NOTIFY_SOCKET", name}}));
  for (int i = 0; i < 5'000; ++i) socket.tell("STATUS=x");  // more than its queue holds
  EXPECT_EQ(manager.hear(), "STATUS=x");
}

TEST(NotifySocket, KnowsWhetherItsWatchdogIsMeant) {
  auto watchdog = [](FixedEnvironment::Variables variables) {
    variables["NOTIFY_SOCKET"] = "@x";
    return NotifySocket(FixedEnvironment(std::move(variables))).watchdog();
  };
  auto own = std::to_string(::getpid());
  EXPECT_EQ(watchdog({{"WATCHDOG_USEC", "30000000"}}), Milliseconds(30'000));
  EXPECT_EQ(watchdog({{"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", own}}), Milliseconds(30'000));
  EXPECT_EQ(watchdog({{"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", "1"}}), std::nullopt);
  EXPECT_EQ(watchdog({{"WATCHDOG_USEC", "often"}}), std::nullopt);
  EXPECT_EQ(watchdog({}), std::nullopt);
}

TEST(NotifySocket, WritesTimesInMicroseconds) {
  EXPECT_EQ(extended_by(Milliseconds(60'000)), "EXTEND_TIMEOUT_USEC=60000000");
}

}  // namespace
}  // namespace executus::cli
