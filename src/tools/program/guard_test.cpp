// One of them dies first: executus, its guard, a warden, a program.
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

#include "tools/program/program_fixture_test.hpp"
#include "tools/program/signals.hpp"

namespace executus::tools {
namespace {

using How = ProgramEnd::How;

class Guarded : public ProgramFixture {
 protected:
  // A program that waits for the file `go`, and a daemon below it.
  std::string script() const {
    return "(setsid sh -c '" + note_pid("daemon") + "exec sleep 1000' &); " + note_pid("program") +
           "while [ ! -e go ]; do sleep 0.01; done; echo went";
  }
  void let_go() const { std::ofstream(path("go")) << "go"; }
};

TEST_F(Guarded, AllEndsWithExecutus) {  // [DUR-05]
  pid_t executus = ::fork();
  if (executus == 0) {
    (void)run(shell(script()));
    ::_exit(0);
  }
  pid_t program = wait_for_pid("program"), daemon = wait_for_pid("daemon");
  pid_t warden = parent_of(program), guard = parent_of(warden);
  ASSERT_TRUE(lives(program) && lives(daemon) && lives(warden) && lives(guard));

  ::kill(executus, SIGKILL);

  EXPECT_TRUE(wait_for_end(program));
  EXPECT_TRUE(wait_for_end(daemon));
  EXPECT_TRUE(wait_for_end(warden));
  EXPECT_TRUE(wait_for_end(guard));
  ::waitpid(executus, nullptr, 0);
}

TEST(CloseEachFrom, ClosesWhatCloseRangeWould) {
  pid_t child = ::fork();
  if (child == 0) {
    int first = ::dup(2), second = ::fcntl(2, F_DUPFD, first + 100);
    close_each_from(first);
    bool closed = ::fcntl(first, F_GETFD) < 0 && ::fcntl(second, F_GETFD) < 0;
    ::_exit(closed && ::fcntl(2, F_GETFD) >= 0 ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(Guarded, AKilledWardenTakesItsTreeAlong) {  // [DUR-05]
  ProgramEnd end;
  std::thread runs([&] { end = run(shell(script())); });
  pid_t program = wait_for_pid("program"), daemon = wait_for_pid("daemon");

  ::kill(parent_of(program), SIGKILL);
  runs.join();

  EXPECT_EQ(end.how, How::lost);
  EXPECT_TRUE(wait_for_end(program));
  EXPECT_TRUE(wait_for_end(daemon));
}

// The kernel signals a whole group before any of it goes on, so what waits for the program's end does not see it.
TEST_F(Guarded, EndsTheGroupOfAProgramAtOnce) {  // [DUR-05]
  auto waiter = "sh -c '" + note_pid("waiter") + "read line < end; echo > acted' & ";
  auto program = "exec 3> end; " + note_pid("program") + "read line < never";
  std::stop_source stop;
  ProgramEnd end;
  std::thread runs([&] { end = run(shell("mkfifo end never; " + waiter + program), stop.get_token()); });
  pid_t first = wait_for_pid("program"), second = wait_for_pid("waiter");

  stop.request_stop();
  runs.join();

  EXPECT_TRUE(wait_for_end(first));
  EXPECT_TRUE(wait_for_end(second));
  EXPECT_FALSE(std::filesystem::exists(path("acted")));
}

TEST_F(Guarded, AKilledGuardHoldsUpNothing) {
  ProgramEnd end;
  std::thread runs([&] { end = run(shell(script())); });
  pid_t program = wait_for_pid("program"), daemon = wait_for_pid("daemon");
  pid_t guard = parent_of(parent_of(program));

  ::kill(guard, SIGKILL);
  ASSERT_TRUE(wait_for_end(guard));
  EXPECT_EQ(output_of(shell("echo next")), "next\n") << "with a new guard";
  let_go();
  runs.join();

  EXPECT_EQ(end.how, How::exited);
  EXPECT_EQ(end.output.beginning(), "went\n");
  EXPECT_FALSE(lives(daemon)) << "its warden is still there";
}

TEST_F(Guarded, ThereIsOneGuardForAllPrograms) {
  auto guard_of_one = [&] {
    auto warden = static_cast<pid_t>(std::atoi(output_of(shell("cut -d' ' -f4 /proc/$PPID/stat")).c_str()));
    return warden;
  };
  EXPECT_EQ(guard_of_one(), guard_of_one());
}

TEST_F(Guarded, IsNoChildThatAHostWouldWaitFor) {
  EXPECT_EQ(output_of(shell("echo one")), "one\n");
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST_F(Guarded, HoldsNothingOfExecutus) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);  // not closed by exec
  EXPECT_EQ(output_of(shell("echo one")), "one\n");
  ::close(ends[1]);
  pollfd end{ends[0], POLLIN, 0};
  EXPECT_EQ(::poll(&end, 1, 60'000), 1) << "the guard holds a copy of the other end";
  ::close(ends[0]);
}

TEST_F(Guarded, HasNothingButTheSocketOpen) {
  auto guard = output_of(shell("cut -d' ' -f4 /proc/$PPID/stat"));
  guard.pop_back();
  for (const char* standard : {"0", "1", "2"}) {
    auto target = std::filesystem::read_symlink("/proc/" + guard + "/fd/" + standard);
    EXPECT_EQ(target, "/dev/null") << standard;
  }
  EXPECT_TRUE(std::filesystem::read_symlink("/proc/" + guard + "/fd/3").string().starts_with("socket:"));
  EXPECT_EQ(std::filesystem::read_symlink("/proc/" + guard + "/cwd"), "/");
}

}  // namespace
}  // namespace executus::tools
