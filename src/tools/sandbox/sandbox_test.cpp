// Escape attempts. They need bubblewrap and user namespaces, and fail where there are none: a sandbox that was not
// tried is none.
#include "tools/sandbox/sandbox.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <executus/async/root_group.hpp>

#include "tools/program/program_fixture_test.hpp"
#include "tools/sandbox/git_places.hpp"
#include "tools/sandbox/syscall_filter.hpp"

namespace executus::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
namespace fs = std::filesystem;

class SandboxedPrograms : public ProgramFixture {
 protected:
  SandboxedPrograms() { fs::create_directory(path("root")); }

  ProgramEnd run_in(const std::string& script, SandboxPolicy policy = {},
                    Milliseconds timeout = std::chrono::minutes(2)) {
    auto spec = shell(script);
    spec.directory = path("root");
    spec.timeout = timeout;
    return block_on(*loop_,
                    sandbox_.run(std::move(policy), path("root"), std::move(spec), std::make_shared<StartPermit>()));
  }
  // All that it wrote, and its exit code.
  std::string said_in(const std::string& script, const SandboxPolicy& policy = {}) {
    auto end = run_in("exec 2>&1; " + script, policy);
    EXPECT_EQ(end.how, ProgramEnd::How::exited) << end.problem;
    EXPECT_THAT(end.errors.beginning(), IsEmpty());
    return end.output.beginning() + "exit " + std::to_string(end.code);
  }
  // Of the error that refuses it; "": it ran.
  std::string code_of(const SandboxPolicy& policy) {
    try {
      (void)run_in("true", policy);
      return "";
    } catch (const Error& error) {
      return std::string(error.code());
    }
  }
  // As a file that somebody else keeps, outside of the root.
  std::string kept_outside() {
    std::ofstream(path("outside")) << "a secret\n";
    return path("outside");
  }
  void git(const std::string& arguments, const std::string& folder) {
    auto command =
        "cd " + path(folder) +
        " && HOME=/nonexistent GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a git -c "
        "init.defaultBranch=main " +
        arguments + " > /dev/null 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }

  // How many run `sleep_`, in whatever namespace.
  int sleeping() const {
    int count = 0;
    for (const auto& process : fs::directory_iterator("/proc")) {
      std::ifstream file(process.path() / "cmdline");
      std::string line{std::istreambuf_iterator<char>(file), {}};
      count += line.starts_with("sleep") && line.find(sleep_.substr(6)) != line.npos ? 1 : 0;
    }
    return count;
  }

  // A script that says with a file `mark` that it came to what is tried; given more time until it does.
  void run_beyond_its_time(const std::string& script, const SandboxPolicy& policy = {}) {
    for (Milliseconds time{60}; !fs::exists(path("root/mark")) && time < std::chrono::minutes(1); time *= 2)
      EXPECT_EQ(run_in(script, policy, time).how, ProgramEnd::How::timed_out);
    EXPECT_TRUE(fs::exists(path("root/mark")));
  }

  const std::string sleep_ = "sleep 1000." + std::to_string(::getpid());
  const std::string marked_sleep_ = "sh -c ': > mark; exec " + sleep_ + "'";
  FixedEnvironment environment_{{{"PATH", "/usr/bin:/bin"}}};
  Programs programs_{guard_};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::vector<std::string> own_files_;
  Sandbox sandbox_{guard_, programs_, environment_, [this] { return own_files_; }};
};

TEST_F(SandboxedPrograms, CanBeMadeHere) {  // [SBX-02]
  EXPECT_EQ(sandbox_.problem(), std::nullopt);
  EXPECT_EQ(said_in("echo hi > made; cat made; exit 3"), "hi\nexit 3");
  EXPECT_EQ(read("root/made"), "hi\n");
}

TEST_F(SandboxedPrograms, SeeNoFilesOfOthers) {  // [SBX-01]
  auto outside = kept_outside();
  fs::create_symlink(outside, path("root/link"));
  auto said = said_in("cat " + outside + " link /etc/shadow /proc/1/root" + outside + " /proc/self/root" + outside +
                      "; ls /home /root /var /run /sys /tmp");
  EXPECT_THAT(said, Not(HasSubstr("a secret")));
  EXPECT_THAT(said, Not(HasSubstr("root:")));
  for (const char* gone : {"/etc/shadow: ", "'/home': ", "'/root': ", "'/var': ", "'/run': ", "'/sys': "})
    EXPECT_THAT(said, HasSubstr(std::string(gone) + "No such file")) << gone;
}

TEST_F(SandboxedPrograms, WriteWhereTheyMayAndNowhereElse) {  // [SBX-01]
  auto said = said_in(
      "for place in / /usr/x /etc/x /bin/x /proc/sys/kernel/hostname; do touch $place/x || touch $place; done; "
      "echo scratch > /tmp/x && cat /tmp/x; mkdir " +
      path("beside"));
  EXPECT_THAT(said, HasSubstr("scratch\n"));
  EXPECT_FALSE(fs::exists(path("beside")));
  EXPECT_FALSE(fs::exists("/tmp/x") || fs::exists("/x") || fs::exists("/usr/x"));
  SandboxPolicy only_reads;
  only_reads.root_is_writable = false;
  EXPECT_THAT(said_in("touch made", only_reads), HasSubstr("Read-only file system"));
}

TEST_F(SandboxedPrograms, LeaveTheKernelAsItIs) {  // [SBX-01]
  // Opened and not written to: were it possible, the machine would stay as it is.
  EXPECT_THAT(said_in("exec 9>> /proc/sys/kernel/core_pattern"),
              ::testing::AnyOf(HasSubstr("Read-only file system"), HasSubstr("Permission denied")));
  EXPECT_THAT(said_in("exec 9>> /proc/sysrq-trigger"), HasSubstr("exit 2"));
  EXPECT_THAT(said_in("unshare -Ur true || echo no namespaces"), HasSubstr("no namespaces"));
  EXPECT_THAT(said_in("grep -c . /proc/self/status; grep CapEff /proc/self/status"),
              HasSubstr("CapEff:\t0000000000000000"));
}

TEST_F(SandboxedPrograms, MayNotMakeCallsThatLeadOut) {  // [SBX-01]
  std::string script = "perl -e 'for (@ARGV) { $! = 0; syscall($_, 0, 0, 0, 0, 0); print qq($!\\n) }'";
  std::string refused;
  for (const char* name : {"ptrace", "mount", "keyctl", "bpf", "perf_event_open", "unshare", "io_uring_setup"}) {
    script += " " + std::to_string(refused_call(*this_architecture(), name).value());
    refused += "Operation not permitted\n";
  }
  EXPECT_EQ(said_in(script), refused + "exit 0");
  EXPECT_EQ(said_in("ls /proc/self/fd | wc -l; grep Seccomp: /proc/self/status"), "4\nSeccomp:\t2\nexit 0")
      << "nothing of the filter stays open";
  EXPECT_EQ(said_in("(echo a | cat; true) & wait; perl -Mthreads -e 'threads->create(sub { print qq(b\\n) })->join'"),
            "a\nb\nexit 0")
      << "processes and threads";
}

TEST_F(SandboxedPrograms, SeeNoProcessesOfOthers) {  // [SBX-01]
  EXPECT_THAT(said_in("kill -0 " + std::to_string(::getpid()) + " || echo unknown; ls /proc | grep -c '^[0-9]'"),
              HasSubstr("unknown"));
  EXPECT_THAT(said_in("cat /proc/*/cmdline | tr '\\0' ' '"), Not(HasSubstr("tools_test")));
}

TEST_F(SandboxedPrograms, GetNoVariablesOfOurs) {  // [SBX-01]
  ::setenv("EXECUTUS_TEST_KEY", "sk-secret", 1);
  EXPECT_THAT(said_in("env; cat /proc/*/environ"), Not(HasSubstr("sk-secret")));
  ::unsetenv("EXECUTUS_TEST_KEY");
}

// A socket of this test, listening.
int listening(sockaddr_un address, socklen_t size) {
  int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
  EXPECT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::listen(listener, 1), 0);
  return listener;
}

TEST_F(SandboxedPrograms, ReachNoSocketOutside) {  // [SBX-01]
  sockaddr_un abstract{}, named{};
  abstract.sun_family = named.sun_family = AF_UNIX;
  auto abstract_name = "executus-test-" + std::to_string(::getpid());
  std::copy(abstract_name.begin(), abstract_name.end(), abstract.sun_path + 1);
  auto docker = path("docker.sock");
  std::copy(docker.begin(), docker.end(), named.sun_path);
  FileDescriptor first(
      listening(abstract, static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + abstract_name.size())));
  FileDescriptor second(listening(named, sizeof named));
  FileDescriptor third(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in port{};
  port.sin_family = AF_INET, port.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof port;
  ASSERT_EQ(::bind(third.get(), reinterpret_cast<sockaddr*>(&port), size), 0);
  ASSERT_EQ(::listen(third.get(), 1), 0);
  ASSERT_EQ(::getsockname(third.get(), reinterpret_cast<sockaddr*>(&port), &size), 0);

  auto said =
      said_in("perl -MSocket -e 'for ([AF_UNIX, pack(q(S a*), AF_UNIX, qq(\\0" + abstract_name +
              "))], [AF_UNIX, pack_sockaddr_un(q(" + docker + "))], [AF_INET, pack_sockaddr_in(" +
              std::to_string(ntohs(port.sin_port)) +
              ", inet_aton(q(127.0.0.1)))], [AF_INET, pack_sockaddr_in(53, inet_aton(q(1.1.1.1)))]) { socket(my "
              "$s, $_->[0], SOCK_STREAM, 0) or die; print connect($s, $_->[1]) ? qq(reached\\n) : qq(no: $!\\n) }'");
  EXPECT_THAT(said, Not(HasSubstr("reached")));
  EXPECT_EQ(said,
            "no: Connection refused\nno: No such file or directory\nno: Connection refused\nno: Network is "
            "unreachable\nexit 0");
}

TEST_F(SandboxedPrograms, EndWithTheirShellWhateverTheyLeave) {  // [SBX-01]
  auto end = run_in("for i in 1 2 3 4 5; do setsid " + sleep_ + " > /dev/null 2>&1 & done; echo done");
  EXPECT_EQ(end.how, ProgramEnd::How::exited);
  EXPECT_EQ(end.output.beginning(), "done\n");
  EXPECT_EQ(sleeping(), 0);
}

TEST_F(SandboxedPrograms, EndAtTheirTimeWithAllThatTheyStarted) {  // [SBX-01]
  run_beyond_its_time("setsid " + marked_sleep_ + " & setsid setsid " + sleep_ + " & yes > /dev/null & wait");
  EXPECT_EQ(sleeping(), 0);
}

TEST_F(SandboxedPrograms, AForkBombEndsWithItsSandbox) {  // [SBX-01]
  SandboxPolicy few;
  few.processes = 24;
  // Bounded by itself too, since a limit on processes does not hold root.
  run_beyond_its_time("b() { [ $1 -gt 4 ] || { b $(($1 + 1)) & b $(($1 + 1)) & }; " + marked_sleep_ + "; }; b 0; wait",
                      few);
  EXPECT_EQ(sleeping(), 0);
}

TEST_F(SandboxedPrograms, FloodsStayBounded) {  // [SBX-01]
  auto end = run_in("yes | head -c 30000000");
  EXPECT_EQ(end.output.bytes(), 30'000'000u);
  EXPECT_LT(end.output.beginning().size() + end.output.end().size(), std::size_t{2} << 20);
  SandboxPolicy small;
  small.file_bytes = small.scratch_bytes = 1 << 20;
  EXPECT_THAT(said_in("head -c 3000000 /dev/zero > big; wc -c < big", small), HasSubstr("1048576"));
  EXPECT_THAT(said_in("for i in 1 2 3; do head -c 900000 /dev/zero > /tmp/$i; done", small),
              HasSubstr("No space left"));
}

TEST_F(SandboxedPrograms, DoNotSeeWhatExecutusKeeps) {  // [SBX-01]
  std::ofstream(path("root/executus.db")) << "a secret";
  fs::create_directory(path("root/executus.db.files"));
  std::ofstream(path("root/executus.db.files/f")) << "a secret";
  own_files_ = {path("root/executus.db"), path("root/executus.db.files")};
  auto said = said_in("cat executus.db executus.db.files/f; echo x > executus.db; touch executus.db.files/x");
  EXPECT_THAT(said, Not(HasSubstr("a secret")));
  EXPECT_EQ(read("root/executus.db"), "a secret");
}

TEST_F(SandboxedPrograms, DoNotSeeWhatExecutusKeepsInAFolderThatIsShown) {  // [SBX-01]
  fs::create_directory(path("beside"));
  std::ofstream(path("beside/executus.db")) << "a secret";
  own_files_ = {path("beside/executus.db")};
  SandboxPolicy policy;
  policy.read = {path("beside")};
  EXPECT_THAT(said_in("ls " + path("beside") + "; cat " + path("beside/executus.db"), policy),
              ::testing::AllOf(HasSubstr("executus.db\n"), Not(HasSubstr("a secret"))));
}

TEST_F(SandboxedPrograms, PlantNothingThatGitRuns) {  // [SBX-01]
  git("init -q .", "root");
  auto said = said_in(
      "git config core.fsmonitor 'touch planted'; echo 'touch planted' > .git/hooks/post-commit; mv .git g; "
      "rm -rf .git; mkdir .git/x");
  EXPECT_THAT(said, HasSubstr("Read-only file system"));
  EXPECT_TRUE(fs::exists(path("root/.git/HEAD")));
  EXPECT_THAT(read("root/.git/config"), Not(HasSubstr("fsmonitor")));
}

TEST_F(SandboxedPrograms, LeaveTheRepositoryOfAWorktree) {  // [SBX-01]
  fs::create_directory(path("main"));
  git("init -q .", "main");
  git("commit -q --allow-empty -m first", "main");
  git("worktree add -q " + path("root/tree"), "main");
  auto spec = shell("exec 2>&1; git log --format=%s; echo x > x; git add x; git config core.pager evil; rm .git");
  spec.directory = path("root/tree");
  auto said = block_on(*loop_, sandbox_.run({}, path("root/tree"), std::move(spec), std::make_shared<StartPermit>()))
                  .output.beginning();
  EXPECT_TRUE(said.starts_with("first\n")) << said;
  EXPECT_THAT(said, HasSubstr("Read-only file system"));
  EXPECT_THAT(read("main/.git/config"), Not(HasSubstr("evil")));
  EXPECT_TRUE(fs::exists(path("root/tree/.git")));
}

TEST_F(SandboxedPrograms, GetNoWritableRepository) {  // [SBX-01]
  SandboxPolicy policy;
  policy.git = SandboxPolicy::Git::write;
  EXPECT_EQ(code_of(policy), "sandbox.place");
}

TEST_F(SandboxedPrograms, AFileThatPointsElsewhereLeadsNowhere) {  // [SBX-01]
  fs::create_directories(path("elsewhere/worktrees/x"));
  fs::create_directories(path("elsewhere/objects"));
  fs::create_directories(path("elsewhere/refs"));
  std::ofstream(path("root/.git")) << "gitdir: " << path("elsewhere/worktrees/x") << "\n";
  EXPECT_THAT(git_places(path("root")), ElementsAre(path("root/.git"))) << "nothing there points back";
  fs::remove(path("root/.git"));
  fs::create_directory_symlink(path("elsewhere"), path("root/.git"));
  EXPECT_THAT(git_places(path("root")), IsEmpty());
}

TEST_F(SandboxedPrograms, WithoutBubblewrapNothingRuns) {  // [SBX-02]
  write_script("bwrap", "#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2; exit 1\n");
  auto broken = [this](const Environment&) -> Result<std::string> { return path("bwrap"); };
  EXPECT_THAT(Sandbox(guard_, programs_, environment_, {}, broken).problem().value_or(""),
              HasSubstr("bubblewrap cannot make a sandbox here"));
  FixedEnvironment empty{{{"PATH", "/nonexistent"}}};
  EXPECT_THAT(Sandbox(guard_, programs_, empty).problem().value_or(""), HasSubstr("there is no bubblewrap (bwrap)"));
  auto spec = shell("touch ran");
  Sandbox none(guard_, programs_, empty);
  EXPECT_THROW((void)block_on(*loop_, none.run({}, path("root"), std::move(spec), std::make_shared<StartPermit>())),
               Error);
  EXPECT_FALSE(fs::exists(path("ran")) || fs::exists(path("root/ran")));
}

TEST_F(SandboxedPrograms, NeverTakeABubblewrapThatTheyCouldHaveWritten) {  // [SBX-01]
  write_script("root/bwrap", "#!/bin/sh\ntouch " + path("taken") + "\n");
  FixedEnvironment planted{{{"PATH", path("root")}}};
  Sandbox sandbox(guard_, programs_, planted);
  EXPECT_THROW((void)block_on(*loop_, sandbox.run({}, path("root"), shell("true"), std::make_shared<StartPermit>())),
               Error);
  EXPECT_FALSE(fs::exists(path("taken")));
  FixedEnvironment first{{{"PATH", path("root") + ":/usr/bin"}}};
  EXPECT_EQ(Sandbox(guard_, programs_, first).problem(), std::nullopt) << "that of the system";
  EXPECT_FALSE(fs::exists(path("taken")));
}

TEST_F(SandboxedPrograms, TakeOnlyWhatNobodyButRootWrites) {  // [SBX-01]
  EXPECT_TRUE(only_root_writes("/usr/bin"));
  fs::permissions(path("root"), fs::perms::all);
  write_script("root/bwrap", "");
  EXPECT_FALSE(only_root_writes(path("root/bwrap"))) << "others can replace it";
  EXPECT_FALSE(only_root_writes("/usr/bin/none"));
}

TEST_F(SandboxedPrograms, ShowNothingThroughALink) {  // [SBX-01]
  fs::create_directory_symlink("..", path("root/build"));
  fs::create_directories(path("root/in"));
  fs::create_directory_symlink(path("root"), path("root/in/up"));
  for (const char* entry : {"build", "in/up", "build/root", ".."}) {
    SandboxPolicy policy;
    policy.write = {entry};
    EXPECT_EQ(code_of(policy), "sandbox.place") << entry;
  }
}

TEST_F(SandboxedPrograms, ReadOnlyLiesOnTopOfAWritableRoot) {  // [SBX-01]
  fs::create_directory(path("root/kept"));
  SandboxPolicy policy;
  policy.read = {"kept"};
  EXPECT_THAT(said_in("touch kept/x; touch made", policy), HasSubstr("Read-only file system"));
  EXPECT_FALSE(fs::exists(path("root/kept/x")));
  EXPECT_TRUE(fs::exists(path("root/made")));
}

TEST_F(SandboxedPrograms, DoNotWriteWhatExecutusObeys) {  // [SBX-01]
  fs::create_directory(path("root/agents"));
  Sandbox sandbox(guard_, programs_, environment_, {}, find_bubblewrap,
                  {path("root/agents"), path("root"), path("root/none")});
  auto in_root = [&](const std::string& script, SandboxPolicy policy) {
    auto spec = shell(script);
    spec.directory = path("root");
    (void)block_on(*loop_,
                   sandbox.run(std::move(policy), path("root"), std::move(spec), std::make_shared<StartPermit>()));
  };
  in_root("touch agents/x made; mv agents other; rmdir agents", {});
  EXPECT_TRUE(fs::exists(path("root/made")));
  EXPECT_TRUE(fs::is_empty(path("root/agents"))) << "and it is there";
  SandboxPolicy granted;
  granted.root_is_writable = false;
  granted.write = {"agents"};
  in_root("touch agents/x", granted);
  EXPECT_TRUE(fs::exists(path("root/agents/x"))) << "where the agent says so";
}

TEST_F(SandboxedPrograms, TheirVariablesActInsideAlone) {  // [SBX-01]
  auto spec = shell("exec 2>&1; echo \"$LD_DEBUG $OWN\"; env | grep -c SANDBOXED_");
  spec.directory = path("root");
  spec.environment.insert(spec.environment.end(),
                          {"LD_DEBUG=statistics", "LD_DEBUG_OUTPUT=" + path("loaded"), "OWN=a 'b' $c"});
  auto end = block_on(*loop_, sandbox_.run({}, path("root"), std::move(spec), std::make_shared<StartPermit>()));
  EXPECT_EQ(end.output.beginning(), "statistics a 'b' $c\n0\n");
  for (const auto& each : fs::directory_iterator(directory_))
    EXPECT_FALSE(each.path().filename().string().starts_with("loaded")) << "the loader of bubblewrap obeyed";
}

TEST_F(SandboxedPrograms, NeverWorkInAHome) {  // [SBX-01]
  FixedEnvironment at_home{{{"PATH", "/usr/bin"}, {"HOME", path("root")}}};
  Sandbox sandbox(guard_, programs_, at_home);
  EXPECT_THROW((void)block_on(*loop_, sandbox.run({}, path("root"), shell("true"), std::make_shared<StartPermit>())),
               Error);
}

TEST_F(SandboxedPrograms, SayWhichFolderIsNotThere) {  // [SBX-02]
  SandboxPolicy policy;
  policy.read = {"none"};
  try {
    (void)run_in("true", policy);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "sandbox.place");
    EXPECT_THAT(error.message(), HasSubstr("'none'"));
  }
}

}  // namespace
}  // namespace executus::tools
