#include "cli/service/watchdog.hpp"

#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/testing/manual_loop.hpp>

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

}  // namespace
}  // namespace executus::cli
