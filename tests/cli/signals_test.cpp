#include <csignal>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Signals : public CliProgram {
 protected:
  // A run that hangs in a tool until the file "go" exists; with a step behind it.
  std::unique_ptr<Started> start_hanging_run() {
    agent("a", "  - {calls: [{tool: hang, arguments: {}}]}\n  - text: done\n", R"(command_tools:
  - {name: hang, description: Waits., command: [sh, -c, "touch hangs; test -e go || exec sleep 1000"], cwd: ., effect: pure}
)");
    auto started = start({"run", "a", "hi", "--run-id", "r1"});
    until_exists("hangs");
    return started;
  }
};

TEST_F(Signals, InterruptLeavesTheRunForRecovery) {  // [DUR-27]
  auto started = start_hanging_run();

  started->signal(SIGINT);
  auto finished = started->finish();

  EXPECT_EQ(finished.exit, 130);
  EXPECT_THAT(finished.err, AllOf(HasSubstr("executus runs resume r1"), HasSubstr("executus runs cancel r1")));
  EXPECT_EQ(show("r1").at("status"), "running");
  write("go", "");
  auto resumed = run({"runs", "resume", "@last"});
  EXPECT_EQ(resumed.exit, 0) << resumed.err;
  EXPECT_EQ(resumed.out, "done\n");
}

TEST_F(Signals, TerminateDoesTheSame) {  // [DUR-27]
  auto started = start_hanging_run();

  started->signal(SIGTERM);

  EXPECT_EQ(started->finish().exit, 130);
}

TEST_F(Signals, AKilledRunIsRecoveredAtOnce) {  // [DUR-17]
  auto started = start_hanging_run();

  started->signal(SIGKILL);
  (void)started->finish();
  write("go", "");

  auto recovered = run({"recover"});
  EXPECT_EQ(recovered.exit, 0) << recovered.out << recovered.err;
  EXPECT_EQ(show("r1").at("output"), "done");
  EXPECT_EQ(show("r1").at("attempts"), 2);
}

TEST_F(Signals, ARunOfAStoppedProcessIsNamedByARecoveryOfAll) {
  auto started = start_hanging_run();
  started->signal(SIGSTOP);

  auto recovered = run({"recover"});

  EXPECT_EQ(recovered.exit, 0);
  EXPECT_EQ(recovered.out, "nothing to recover\n");
  EXPECT_THAT(recovered.err, AllOf(HasSubstr("held by another worker"), HasSubstr("executus recover r1")));
}

TEST_F(Signals, ARecoveryThatNamesARunWaitsForItsHolderAndTakesItOver) {  // [DUR-17]
  auto started = start_hanging_run();
  started->signal(SIGSTOP);

  auto recovering = start({"recover", "r1"});
  until([&] { return recovering->err().find("waiting up to 15 s") != std::string::npos; });
  started->signal(SIGKILL);
  (void)started->finish();
  write("go", "");

  auto recovered = recovering->finish();
  EXPECT_EQ(recovered.exit, 0) << recovered.out << recovered.err;
  EXPECT_EQ(show("r1").at("output"), "done");
}

TEST_F(Signals, EndsTheWaitForAHolder) {
  auto started = start_hanging_run();

  auto recovering = start({"recover", "r1"});
  until([&] { return recovering->err().find("waiting up to 15 s") != std::string::npos; });
  recovering->signal(SIGINT);

  EXPECT_EQ(recovering->finish().exit, 130);
}

// nohup, and a shell that starts a job in the background.
TEST_F(Signals, ThatTheParentIgnoresStayIgnored) {
  ASSERT_EQ(::mkfifo((folder() / "gate").c_str(), 0600), 0);
  int gate = ::open((folder() / "gate").c_str(), O_RDWR | O_CLOEXEC);
  agent("a", "  - {calls: [{tool: hang, arguments: {}}]}\n  - text: done\n", R"(command_tools:
  - {name: hang, description: Waits., command: [sh, -c, "touch hangs; head -n 1 gate"], cwd: ., effect: pure}
)");
  for (int signal : {SIGHUP, SIGINT}) std::signal(signal, SIG_IGN);
  auto started = start({"run", "a", "hi"});
  for (int signal : {SIGHUP, SIGINT}) std::signal(signal, SIG_DFL);
  until_exists("hangs");

  for (int signal : {SIGHUP, SIGINT}) started->signal(signal);
  EXPECT_EQ(::write(gate, "go\n", 3), 3);

  auto finished = started->finish();
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_EQ(finished.out, "done\n");
  ::close(gate);
}

TEST_F(Signals, ARunOfAnotherProcessIsCancelled) {  // [DUR-38]
  auto started = start_hanging_run();

  auto cancelled = run({"runs", "cancel", "r1"});

  EXPECT_EQ(cancelled.exit, 0);
  EXPECT_EQ(cancelled.out, "cancelled r1\n");
  EXPECT_EQ(started->finish().exit, 7);
}

TEST_F(Signals, ARunOfALivingProcessIsNotResumed) {
  auto started = start_hanging_run();

  auto resumed = run({"runs", "resume", "r1"});

  EXPECT_EQ(resumed.exit, 2);
  EXPECT_THAT(resumed.err, HasSubstr("living worker"));
}

}  // namespace
}  // namespace executus::testing
