#include "cli/service/notify_socket.hpp"

#include <unistd.h>

#include <executus/testing/temporary_folder.hpp>

#include "cli/service/manager_test.hpp"

namespace executus::cli {
namespace {

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
