#include "tools/edits/file_edits.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <executus/testing/temporary_folder.hpp>

namespace executus::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// What the calls of the system do in a test, before they are made; an errno: they fail with it.
std::function<int(int file)> on_sync;
std::function<int(const std::string& name, unsigned flags)> on_rename;

int hooked_sync(int file) {
  errno = on_sync ? on_sync(file) : 0;
  return errno != 0 ? -1 : ::fsync(file);
}
int hooked_rename(int from_folder, const char* from, int folder, const char* name, unsigned flags) {
  errno = on_rename ? on_rename(name, flags) : 0;
  return errno != 0 ? -1 : ::renameat2(from_folder, from, folder, name, flags);
}

bool is_folder(int file) {
  struct stat status{};
  return ::fstat(file, &status) == 0 && S_ISDIR(status.st_mode);
}

// Edits that give files a text, planned and then carried out.
class FileEdits : public ::testing::Test {
 protected:
  FileEdits() { write("a", "old a"), write("b", "old b"); }
  ~FileEdits() override { on_sync = {}, on_rename = {}; }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    return file ? std::string(std::istreambuf_iterator<char>(file), {}) : "there is no such file";
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }
  static std::vector<FileEdit> edits(const std::vector<std::string>& paths) {
    std::vector<FileEdit> edits;
    for (const auto& path : paths)
      edits.push_back({path, FileEdit::Needs::seen, [path](const FileText&) { return FileText("new " + path); }});
    return edits;
  }
  EditPlan plan(const std::vector<std::string>& paths) const { return plan_of(edits(paths), root_); }
  CarriedOut carry(const EditPlan& plan, const std::vector<std::string>& paths,
                   Attempt::Which which = Attempt::Which::first) const {
    return carry_out(plan, edits(paths), root_, {"key", which, stop_.get_token(), {&hooked_rename, &hooked_sync}});
  }
  static std::string why(const CarriedOut& carried) {
    return carried.failure ? carried.failure->message() : "nothing failed";
  }

  testing::TemporaryFolder folder_;
  ConfinedRoot root_{folder_.path().string()};
  std::stop_source stop_;
};

TEST_F(FileEdits, AttemptsAtOneCallShareNoTemporaryFile) {  // [SBX-03]
  auto planned = plan({"a"});
  on_rename = [&](const std::string&, unsigned) {
    on_rename = {};
    write("a", "old a");
    EXPECT_EQ(why(carry(planned, {"a"})), "nothing failed") << "another attempt, in the middle of the first";
    return 0;
  };
  EXPECT_EQ(why(carry(planned, {"a"})), "nothing failed");
  EXPECT_EQ(read("a"), "new a");
  EXPECT_THAT(names(), ElementsAre("a", "b"));
}

TEST_F(FileEdits, WhatAnotherAttemptHasDoneMeanwhileIsDone) {  // [SBX-03]
  auto planned = plan({"new"});
  on_rename = [&](const std::string&, unsigned) { return write("new", "new new"), EEXIST; };
  EXPECT_EQ(why(carry(planned, {"new"})), "nothing failed");
  std::filesystem::remove(folder_ / "new");
  on_rename = [&](const std::string&, unsigned) { return write("new", "of a person"), EEXIST; };
  EXPECT_THAT(why(carry(planned, {"new"})), HasSubstr("was changed by something else just now"));
  EXPECT_EQ(read("new"), "of a person");
}

TEST_F(FileEdits, AnAttemptThatIsOverWritesNothingMore) {  // [SBX-03]
  on_sync = [&](int) { return stop_.request_stop(), 0; };
  EXPECT_THAT(why(carry(plan({"a"}), {"a"})), HasSubstr("was given up"));
  EXPECT_EQ(read("a"), "old a");
  EXPECT_THAT(names(), ElementsAre("a", "b"));
}

TEST_F(FileEdits, StopBetweenTwoFiles) {  // [SBX-03]
  on_sync = [&](int file) { return is_folder(file) && stop_.request_stop(), 0; };
  auto planned = plan({"a", "b"});
  auto carried = carry(planned, {"a", "b"});
  EXPECT_THAT(carried.done, ElementsAre(planned[0]));
  EXPECT_EQ(read("a") + ", " + read("b"), "new a, old b");
}

TEST_F(FileEdits, SayWhatIsDoneWhenAFileCannotBeWritten) {  // [SBX-03]
  for (const std::string failing : {"a", "b"}) {
    write("a", "old a");
    auto planned = plan({"a", "b"});
    on_rename = [&](const std::string& name, unsigned) { return name == failing ? EIO : 0; };
    auto carried = carry(planned, {"a", "b"});
    EXPECT_THAT(why(carried), HasSubstr("'" + failing + "' cannot be read or written"));
    EXPECT_EQ(carried.done.size(), failing == "a" ? 0u : 1u);
    EXPECT_EQ(read("a") + ", " + read("b"), failing == "a" ? "old a, old b" : "new a, old b");
    EXPECT_THAT(names(), ElementsAre("a", "b"));
  }
}

TEST_F(FileEdits, WhatIsAsPlannedIsDoneAlsoWhereTheRestCannotBe) {  // [SBX-03]
  auto planned = plan({"a", "b"});
  write("a", "of a person"), write("b", "new b");
  auto carried = carry(planned, {"a", "b"}, Attempt::Which::repeated);
  EXPECT_THAT(carried.done, ElementsAre(planned[1]));
  EXPECT_THAT(why(carried), HasSubstr("'a' was changed by something else"));
}

TEST_F(FileEdits, AFailureOfTheDiskBeforeTheRenamingChangesNothing) {  // [SBX-03]
  on_sync = [](int file) { return is_folder(file) ? 0 : EIO; };
  EXPECT_THAT(carry(plan({"a"}), {"a"}).done, IsEmpty());
  EXPECT_EQ(read("a"), "old a");
  EXPECT_THAT(names(), ElementsAre("a", "b"));
}

TEST_F(FileEdits, AFailureOfTheDiskAfterTheRenamingIsAChange) {  // [SBX-03]
  on_sync = [](int file) { return is_folder(file) ? EIO : 0; };
  auto planned = plan({"a"});
  auto carried = carry(planned, {"a"});
  EXPECT_THAT(carried.done, ElementsAre(planned[0]));
  EXPECT_THAT(why(carried), HasSubstr("a power loss may take that back"));
}

TEST_F(FileEdits, FoldersThatWereMadeForNothingGo) {  // [TLS-16]
  on_rename = [](const std::string&, unsigned) { return EIO; };
  EXPECT_THAT(carry(plan({"x/y/new"}), {"x/y/new"}).done, IsEmpty());
  EXPECT_THAT(names(), ElementsAre("a", "b"));
}

TEST_F(FileEdits, NewFilesNeedNoRenamingThatReplacesNothing) {  // [TLS-16]
  on_rename = [](const std::string&, unsigned flags) { return flags == RENAME_NOREPLACE ? EINVAL : 0; };
  EXPECT_EQ(why(carry(plan({"new"}), {"new"})), "nothing failed");
  EXPECT_EQ(read("new"), "new new");
  EXPECT_THAT(names(), ElementsAre("a", "b", "new"));
  auto planned = plan({"c"});
  on_rename = [&](const std::string&, unsigned) { return write("c", "of a person"), EINVAL; };
  EXPECT_THAT(why(carry(planned, {"c"})), HasSubstr("was changed by something else just now"));
  EXPECT_EQ(read("c"), "of a person");
}

TEST_F(FileEdits, WhatAKillLeftGoesWithTheNextAttempt) {  // [SBX-03]
  auto planned = plan({"a"});
  on_rename = [&](const std::string&, unsigned) {
    for (const auto& name : names())
      if (name.starts_with(".executus-")) std::filesystem::copy_file(folder_ / name, folder_ / (name + ".tmp"));
    return EIO;
  };
  (void)carry(planned, {"a"});
  ASSERT_EQ(names().size(), 3u);
  write("a", "of a person");
  EXPECT_THAT(why(carry(planned, {"a"}, Attempt::Which::repeated)), HasSubstr("was changed by something else"));
  EXPECT_THAT(names(), ElementsAre("a", "b"));
}

TEST_F(FileEdits, ThePlanOfAnotherVersionIsRefused) {  // [SBX-03]
  auto planned = plan({"a", "b"});
  EXPECT_THROW((void)carry(planned, {"a"}), Error);
  EXPECT_EQ(read("a"), "old a");
}

class FilesOfOthers : public FileEdits {
 protected:
  FilesOfOthers() {
    if (::geteuid() != 0) return;
    EXPECT_EQ(::chmod(folder_.path().c_str(), 0777), 0);
    EXPECT_EQ(::chown((folder_ / "a").c_str(), 1234, 4321), 0);
    EXPECT_EQ(::chmod((folder_ / "a").c_str(), 0664), 0);
  }
  struct stat status() const {
    struct stat status{};
    EXPECT_EQ(::stat((folder_ / "a").c_str(), &status), 0);
    return status;
  }
};

TEST_F(FilesOfOthers, StayTheirsWhereTheUserMay) {  // [TLS-16]
  if (::geteuid() != 0) GTEST_SKIP() << "files are given away by root alone";
  EXPECT_EQ(why(carry(plan({"a"}), {"a"})), "nothing failed");
  EXPECT_EQ(status().st_uid, 1234u);
  EXPECT_EQ(status().st_gid, 4321u);
  EXPECT_EQ(status().st_mode & 0777, 0664u);
}

TEST_F(FilesOfOthers, GiveNoRightsToAnotherGroup) {  // [TLS-16]
  if (::geteuid() != 0) GTEST_SKIP() << "files are given away by root alone";
  auto planned = plan({"a"});
  ::setfsuid(5678);
  auto carried = carry(planned, {"a"});
  ::setfsuid(0);
  EXPECT_EQ(why(carried), "nothing failed");
  EXPECT_NE(status().st_gid, 4321u);
  EXPECT_EQ(status().st_mode & 0777, 0604u);
}

}  // namespace
}  // namespace executus::tools
