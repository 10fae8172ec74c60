// A process that is killed at any moment of an apply, or of a subscribe, leaves the old or the new.
#include <csignal>
#include <filesystem>
#include <set>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <executus/skillpack/syncer.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "skillpack/pack_files_test.hpp"

namespace executus::skillpack {
namespace {

namespace fs = std::filesystem;

const Source kOffice{Source::Kind::folder, "/office", "", ""};

// Packs in a folder, as one process after the other has them.
struct Process {
  explicit Process(const fs::path& folder) : store(make_folder_store(folder.string())) {
    source.tree.files = {skill_file("pdf", "The old way.")};
  }
  void subscribe() { (void)syncer.subscribe(kOffice, "office"); }
  void check() {
    source.tree.files = {skill_file("csv"), skill_file("pdf", "The new way.")};
    (void)syncer.check("office");
  }
  std::unique_ptr<PackStore> store;
  FakeSource source;
  Syncer syncer{*store, source, system_clock()};
};

// Whether the call, at whose entry the child stands, could change what is on the disk.
bool changes_disk(pid_t child) {
  __ptrace_syscall_info info{};
  ::ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info);
  if (info.op != PTRACE_SYSCALL_INFO_ENTRY) return false;
  auto number = static_cast<long>(info.entry.nr);
  if (number == SYS_openat) return (info.entry.args[2] & O_CREAT) != 0;
  const std::set<long> changing{SYS_write,    SYS_fsync,   SYS_fchmod,   SYS_flock,
                                SYS_unlinkat, SYS_mkdirat, SYS_renameat, SYS_renameat2,
#ifdef SYS_rename  // kernels of younger machines have the ...at calls alone
                                SYS_rename,   SYS_mkdir,   SYS_unlink
#endif
  };
  return changing.contains(number);
}

// Runs `work` in a child that is killed before the call number `last` that changes the disk; false when it made no more
// than that.
template <class Work>
bool killed_before(int last, Work work) {
  pid_t child = ::fork();
  if (child == 0) {
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    ::raise(SIGSTOP);
    work();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD);
  for (int seen = 0; WIFSTOPPED(status);) {
    if (changes_disk(child) && seen++ == last) break;
    ::ptrace(PTRACE_SYSCALL, child, nullptr, nullptr);
    ::waitpid(child, &status, 0);
  }
  if (!WIFSTOPPED(status)) return false;
  ::kill(child, SIGKILL);
  ::waitpid(child, &status, 0);
  return true;
}

std::string text_now(const fs::path& folder) {
  Process after(folder);
  if (after.store->list().empty()) return "nothing";
  auto pack = after.syncer.load("office");  // verified
  return pack->find("pdf")->manifest.body + " " + std::to_string(pack->skills.size());
}

TEST(KilledApply, LeavesTheOldOrTheNew) {  // [SKP-08] [SKP-07]
  int old_ones = 0, new_ones = 0;
  bool killed = true;
  for (int last = 0; killed; ++last) {
    testing::TemporaryFolder folder;
    Process before(folder / "packs");
    before.subscribe();
    before.check();
    killed = killed_before(last, [&] { (void)before.syncer.apply("office"); });
    auto text = text_now(folder / "packs");
    old_ones += text == "The old way. 1";
    new_ones += text == "The new way. 2";
    ASSERT_EQ(old_ones + new_ones, last + 1) << text << " after " << last << " calls";
    (void)Process(folder / "packs").syncer.apply("office");
    ASSERT_EQ(text_now(folder / "packs"), "The new way. 2") << "it can be applied again";
  }
  EXPECT_GT(old_ones, 4);
  EXPECT_GT(new_ones, 1);
}

TEST(KilledSubscribe, LeavesNothingOrAll) {  // [SKP-08]
  int begun_anew = 0;
  bool killed = true;
  for (int last = 0; killed; ++last) {
    testing::TemporaryFolder folder;
    Process before(folder / "packs");
    killed = killed_before(last, [&] { before.subscribe(); });
    auto text = text_now(folder / "packs");
    ASSERT_TRUE(text == "nothing" || text == "The old way. 1") << text << " after " << last << " calls";
    begun_anew += text == "nothing";
    if (text == "nothing") Process(folder / "packs").subscribe();
    ASSERT_EQ(text_now(folder / "packs"), "The old way. 1");
  }
  EXPECT_GT(begun_anew, 9);
}

}  // namespace
}  // namespace executus::skillpack
