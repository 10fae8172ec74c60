#include "cli/service/watchdog.hpp"

#include <latch>
#include <memory>

#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/testing/manual_loop.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "cli/service/manager_test.hpp"
#include "cli/service/notify_socket.hpp"

namespace executus::cli {
namespace {

using namespace std::chrono_literals;

// A watchdog that is to be heard every 30 s, on a loop and a clock of the test.
class WatchdogTest : public ::testing::Test {
 protected:
  WatchdogTest() {
    group_.spawn(watchdog_.watch([this] { ++pings_; }));
  }
  ~WatchdogTest() override {
    group_.cancel_all({Cause::shutdown, "the test is over"});
    loop_.run_ready();
  }
  int pings_during(Milliseconds time) {
    int before = pings_;
    for (auto until = loop_.clock().mono() + time; loop_.clock().mono() < until;) {
      watchdog_.looked();
      loop_.advance(1s);
    }
    return pings_ - before;
  }

  testing::ManualLoop loop_;
  Watchdog watchdog_{30s, 60s, loop_.clock()};
  int pings_ = 0;
  RootGroup group_{loop_};
};

TEST_F(WatchdogTest, IsHeardTwiceInEachInterval) {  // [API-11]
  loop_.run_ready();
  EXPECT_EQ(pings_, 1) << "at once";
  EXPECT_EQ(pings_during(300s), 20);
}

// The pings are a task of the loop: while a task of it blocks, none comes, however long.
TEST_F(WatchdogTest, IsSilentWhileTheLoopIsBlocked) {  // [API-11]
  loop_.run_ready();
  auto strand = Strand::make(loop_);
  int during = -1;
  strand->post([&] {
    int before = pings_;
    loop_.manual_clock().advance(1h);
    during = pings_ - before;
  });

  loop_.run_ready();

  EXPECT_EQ(during, 0);
}

TEST_F(WatchdogTest, IsSilentWhenTheWorkerDoesNotLook) {  // [API-11]
  loop_.run_ready();
  for (int i = 0; i < 61; ++i) loop_.advance(1s);
  int before = pings_;
  for (int i = 0; i < 300; ++i) loop_.advance(1s);
  EXPECT_EQ(pings_, before);
  EXPECT_GE(pings_during(30s), 2) << "it looks again";
}

TEST_F(WatchdogTest, GoesOnWhileTheWorkerLeaves) {  // [API-11]
  loop_.run_ready();
  watchdog_.rests();
  int before = pings_;
  for (int i = 0; i < 300; ++i) loop_.advance(1s);
  EXPECT_EQ(pings_ - before, 20);
}

// A loop of threads, whose watchdog speaks to a manager of its own.
class ManagedLoop final {
 public:
  explicit ManagedLoop(const std::string& socket)
      : manager_(socket), mouth_(FixedEnvironment({{"NOTIFY_SOCKET", socket}})) {
    pings_.spawn(watchdog_.watch([this] { mouth_.tell("WATCHDOG=1"); }));
  }
  ~ManagedLoop() { pings_.cancel_all({Cause::shutdown, "the test is over"}); }
  ManagedLoop(const ManagedLoop&) = delete;
  ManagedLoop& operator=(const ManagedLoop&) = delete;

  // Each of its threads waits for the gate from here on.
  void block(std::latch& gate) {
    std::latch inside(kThreads);
    for (int i = 0; i < kThreads; ++i)
      Strand::make(*loop_)->post([&] {
        inside.count_down();
        gate.wait();
      });
    inside.wait();
  }
  [[nodiscard]] const Manager& manager() const { return manager_; }

 private:
  static constexpr int kThreads = 2;
  Manager manager_;
  NotifySocket mouth_;
  std::unique_ptr<Loop> loop_ = make_loop(kThreads);
  Watchdog watchdog_{2ms, 1h, loop_->clock()};
  RootGroup pings_{*loop_};
};

// How long none comes is told by a loop beside it, which works.
TEST(WatchdogOfALoop, IsNotHeardWhileAllItsThreadsAreBlockedAndIsHeardAgain) {  // [API-11]
  testing::TemporaryFolder folder;
  std::latch gate(1);
  ManagedLoop blocked((folder / "blocked").string()), working((folder / "working").string());
  ASSERT_EQ(blocked.manager().await(), "WATCHDOG=1");

  blocked.block(gate);
  while (!blocked.manager().hear().empty()) {  // what it said before
  }
  while (!working.manager().hear().empty()) {
  }
  for (int i = 0; i < 20; ++i) EXPECT_EQ(working.manager().await(), "WATCHDOG=1");
  EXPECT_EQ(blocked.manager().hear(), "");

  gate.count_down();
  EXPECT_EQ(blocked.manager().await(), "WATCHDOG=1");
}

}  // namespace
}  // namespace executus::cli
