// The contract of program.hpp, with real programs.
#include <cstdlib>
#include <filesystem>
#include <future>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tools/program/program_fixture_test.hpp"

namespace executus::tools {
namespace {

using ::testing::HasSubstr;
using How = ProgramEnd::How;

using Program = ProgramFixture;

TEST_F(Program, HasASessionOfItsOwn) {
  auto ids = output_of(shell("cut -d' ' -f6 /proc/self/stat; echo $$"));
  EXPECT_EQ(ids.substr(0, ids.find('\n') + 1), ids.substr(ids.find('\n') + 1));
}

TEST_F(Program, InheritsNoDescriptor) {
  int ours = ::fcntl(0, F_DUPFD, 40);  // not closed by exec
  EXPECT_EQ(output_of(shell("ls /proc/$$/fd; true")), "0\n1\n2\n");
  ::close(ours);
}

TEST_F(Program, FindsWhatItIsHanded) {  // [SBX-01]
  auto reader = shell("cat <&4; ls /proc/$$/fd; true");
  reader.handed = std::string("a\0b\n", 4);
  EXPECT_EQ(output_of(reader), std::string("a\0b\n0\n1\n2\n4\n", 12));
}

// A process that our host forks meanwhile holds no end of its pipes.
TEST_F(Program, SeesTheEndOfItsInputWhileAForkedChildLives) {
  auto reader = shell("echo $$ > began.tmp; mv began.tmp began; head -n 1 gate > /dev/null; cat > /dev/null; echo all");
  reader.input = std::string(1 << 20, 'x');  // more than a pipe holds
  ASSERT_EQ(::mkfifo(path("gate").c_str(), 0600), 0);
  auto end = std::async(std::launch::async, [&] { return run(reader); });
  ASSERT_GT(wait_for_pid("began"), 0);
  pid_t child = ::fork();
  if (child == 0)
    for (;;) ::pause();

  std::ofstream(path("gate")) << "go\n";

  EXPECT_EQ(end.get().output.beginning(), "all\n");
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

TEST_F(Program, HasNoSignalBlockedOrIgnored) {
  auto interrupts = ::signal(SIGINT, SIG_IGN);
  sigset_t before, blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);

  auto masks = output_of(shell("grep -E '^Sig(Blk|Ign)' /proc/self/status"));

  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::signal(SIGINT, interrupts);
  EXPECT_EQ(masks, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_F(Program, HasTheGivenEnvironmentAndNothingOfOurs) {
  ::setenv("EXECUTUS_TEST_API_KEY", "canary", 1);
  auto env = spec({"env"});
  env.environment = {"PATH=/usr/bin:/bin", "A=1 2", "HOME=/declared"};
  EXPECT_EQ(output_of(env), "PATH=/usr/bin:/bin\nA=1 2\nHOME=/declared\n");
  ::unsetenv("EXECUTUS_TEST_API_KEY");
}

TEST_F(Program, IsLookedUpInItsOwnPath) {
  std::filesystem::create_directory(path("bin"));
  write_script("bin/only-here", "#!/bin/sh\necho found\n");
  auto program = spec({"only-here"});
  program.environment = {"PATH=/nowhere:" + path("bin")};
  EXPECT_EQ(output_of(program), "found\n");
  program.environment = {"PATH=bin"};
  EXPECT_EQ(output_of(program), "found\n") << "relative to its working directory";
  program.environment = {"PATH=/nowhere"};
  EXPECT_THAT(run(program).problem, HasSubstr("no program 'only-here' is in its PATH (/nowhere)"));
}

TEST_F(Program, MayBeAScriptWithoutAFirstLine) {
  write_script("plain", "echo plain $1\n");
  EXPECT_EQ(output_of(spec({"./plain", "word"})), "plain word\n");
}

TEST_F(Program, ThatCannotBeStartedSaysWhatIsMissing) {
  write_script("unix-only", "#!/bin/sh\r\necho no\r\n");
  write_script("bad-line", "#!/no/such/thing -x\n");
  write_script("not-executable", "#!/bin/sh\n", false);
  auto problem = [&](ProgramSpec program) {
    ProgramEnd end = run(program);
    EXPECT_EQ(end.how, How::not_started);
    return end.problem;
  };
  EXPECT_THAT(problem(spec({"bad-line"})), HasSubstr("'./bad-line' is the file in its working directory"));
  EXPECT_THAT(problem(spec({"./absent"})), HasSubstr("there is no file '" + directory_ + "/./absent'"));
  EXPECT_THAT(problem(spec({"./unix-only"})), HasSubstr("carriage return"));
  EXPECT_THAT(problem(spec({"./bad-line"})), HasSubstr("interpreter '/no/such/thing', which is not there"));
  EXPECT_THAT(problem(spec({"./not-executable"})), HasSubstr("chmod +x"));
  auto elsewhere = shell("true");
  elsewhere.directory = path("no-directory");
  EXPECT_THAT(problem(elsewhere), HasSubstr("working directory '" + path("no-directory") + "' does not exist"));
  elsewhere.directory = path("bad-line");
  EXPECT_THAT(problem(elsewhere), HasSubstr("is not a directory"));
  auto large = shell("true");
  large.argv.emplace_back(3u << 20, 'x');
  EXPECT_THAT(problem(large), HasSubstr("larger than the system allows"));
  auto cut = shell("true");
  cut.argv.emplace_back(std::string("a\0b", 3));
  EXPECT_THAT(problem(cut), HasSubstr("NUL"));
}

TEST_F(Program, GetsAllOfItsInputAlsoAfterItClosedItsOutputs) {
  auto program = shell("exec >&- 2>&-; cat > got");
  program.input.assign(1'000'000, 'x');
  EXPECT_EQ(output_of(program), "");
  EXPECT_EQ(read("got").size(), 1'000'000u);
}

TEST_F(Program, NeedNotReadItsInput) {
  auto program = shell("exec <&-; echo ok");
  program.input.assign(1'000'000, 'x');
  EXPECT_EQ(output_of(program), "ok\n");
}

TEST_F(Program, IsHeardAlsoWhenItFailsOrIsKilled) {
  auto failed = run(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(failed.how, How::exited);
  EXPECT_EQ(failed.code, 3);
  EXPECT_EQ(failed.output.beginning(), "out\n");
  EXPECT_EQ(failed.errors.beginning(), "err\n");
  auto killed = run(shell("echo progress; kill -SEGV $$"));
  EXPECT_EQ(killed.how, How::signalled);
  EXPECT_EQ(killed.code, SIGSEGV);
  EXPECT_EQ(killed.output.beginning(), "progress\n");
}

TEST_F(Program, IsEndedByAStopWithAllThatItStarted) {  // [DUR-05]
  std::stop_source stop;
  ProgramEnd end;
  auto script = "echo begun; sh -c '" + note_pid("daughter") + "exec sleep 1000' & setsid sh -c '" +
                note_pid("daemon") + "exec sleep 1000' & wait";
  std::thread runs([&] { end = run(shell(script), stop.get_token()); });
  pid_t daughter = wait_for_pid("daughter"), daemon = wait_for_pid("daemon");

  stop.request_stop();
  runs.join();

  EXPECT_EQ(end.how, How::stopped);
  EXPECT_EQ(end.output.beginning(), "begun\n");
  EXPECT_FALSE(lives(daughter));
  EXPECT_FALSE(lives(daemon));
}

TEST_F(Program, IsNotStartedOnceItIsStopped) {  // [DUR-27]
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(run(shell("touch started"), stop.get_token()).how, How::stopped);
  EXPECT_FALSE(std::filesystem::exists(path("started")));
}

TEST_F(Program, IsEndedAfterItsTime) {  // [DUR-05]
  auto program = spec({"sleep", "1000"});
  program.timeout = Milliseconds(1);
  EXPECT_EQ(run(program).how, How::timed_out);
}

TEST_F(Program, EndsTheCallThoughWhatItLeftHoldsItsOutput) {
  auto script = "sh -c '" + note_pid("left") + "exec sleep 1000' & while [ ! -e left ]; do :; done; echo started";
  EXPECT_EQ(output_of(shell(script)), "started\n");
  EXPECT_FALSE(lives(wait_for_pid("left")));
}

TEST_F(Program, LeavesNoDaemonBehind) {
  auto script = "(setsid sh -c '" + note_pid("daemon") +
                "exec sleep 1000' >/dev/null 2>&1 </dev/null &) ; while [ ! -e daemon ]; do :; done";
  EXPECT_EQ(output_of(shell(script)), "");
  EXPECT_FALSE(lives(wait_for_pid("daemon")));
}

TEST_F(Program, KeepsBeginningAndEndOfLongOutput) {
  auto end = run(shell("echo first; yes | head -c 2000000; echo last"));
  EXPECT_EQ(end.output.bytes(), 2'000'011u);
  EXPECT_FALSE(end.output.is_whole());
  EXPECT_TRUE(end.output.beginning().starts_with("first\n"));
  EXPECT_EQ(end.output.beginning().size(), KeptOutput::kBeginning);
  EXPECT_TRUE(end.output.end().ends_with("last\n"));
  EXPECT_GE(end.output.end().size(), KeptOutput::kEnd);
}

TEST_F(Program, IsNoConcernOfOurOwnChildSignals) {
  auto before = ::signal(SIGCHLD, SIG_IGN);  // no child's end can be waited for
  EXPECT_EQ(output_of(shell("echo fine")), "fine\n");
  ::signal(SIGCHLD, before);
}

TEST_F(Program, LeavesNoDescriptorOpenHere) {
  auto open = [] { return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}); };
  (void)run(shell("true"));
  auto before = open();
  (void)run(shell("true"));
  (void)run(spec({"./absent"}));
  EXPECT_EQ(open(), before);
}

TEST_F(Program, WritingToItRaisesNoSignalHere) {
  auto before = ::signal(SIGPIPE, SIG_DFL);  // it would end the test
  auto program = shell("exec <&-; echo ok");
  program.input.assign(1'000'000, 'x');
  EXPECT_EQ(output_of(program), "ok\n");
  ::signal(SIGPIPE, before);
}

}  // namespace
}  // namespace executus::tools
