#include "tools/files/tree_walk.hpp"

#include <filesystem>
#include <fstream>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <executus/testing/temporary_folder.hpp>

namespace executus::tools {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::SizeIs;

class TreeWalk : public ::testing::Test {
 protected:
  void file(const std::string& name) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << "text\n";
  }
  std::vector<std::string> files(const std::string& start = ".") {
    std::vector<std::string> found;
    walked_ = walk(ConfinedRoot(root_.path().string()), start, {}, [&](const std::string& path, Found what) {
      if (what != Found::directory) found.push_back(path + (what == Found::linked_directory ? "/" : ""));
      return true;
    });
    return found;
  }

  // In a process of its own, which it changes.
  bool another_user_sees(const std::vector<std::string>& right) {
    try {
      if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) return false;
      return files() == right && walked_.unreadable == 1;
    } catch (const std::exception&) {
      return false;
    }
  }

  testing::TemporaryFolder root_;
  Walked walked_;
};

TEST_F(TreeWalk, GoesDepthFirstByName) {  // [TLS-16]
  for (const char* name : {"b", "a/x/1", "a/2", "c"}) file(name);
  EXPECT_THAT(files(), ElementsAre("a/2", "a/x/1", "b", "c"));
  EXPECT_THAT(files("a"), ElementsAre("a/2", "a/x/1"));
  EXPECT_THAT(files("a/2"), ElementsAre("a/2"));
}

TEST_F(TreeWalk, PassesOverWhatIsGoneWhenItsTurnComes) {  // [TLS-16]
  for (const char* name : {"a/1", "b/1", "c/1"}) file(name);
  std::vector<std::string> found;
  auto walked = walk(ConfinedRoot(root_.path().string()), ".", {}, [&](const std::string& path, Found what) {
    if (what == Found::file) found.push_back(path);
    if (path == "b") fs::remove_all(root_ / "b");
    return true;
  });
  EXPECT_THAT(found, ElementsAre("a/1", "c/1"));
  EXPECT_EQ(walked.unreadable, 1);
}

// As another user: root may read everything.
TEST_F(TreeWalk, PassesOverWhatMayNotBeRead) {  // [TLS-16]
  for (const char* name : {"a/1", "locked/1", "z/1"}) file(name);
  fs::permissions(root_ / "locked", fs::perms::none);
  fs::permissions(root_.path(), fs::perms::all);
  int status = 0;
  pid_t child = ::fork();
  if (child == 0) ::_exit(another_user_sees({"a/1", "z/1"}) ? 0 : 1);
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  fs::permissions(root_ / "locked", fs::perms::owner_all);
  EXPECT_EQ(status, 0);
}

TEST_F(TreeWalk, ShowsLinksAndEntersNoneOfThem) {  // [TLS-16]
  file("src/a");
  fs::create_symlink("src/a", root_ / "file_link");
  fs::create_symlink("nowhere", root_ / "dangling");
  fs::create_directory_symlink(".", root_ / "loop");
  EXPECT_THAT(files(), ElementsAre("dangling", "file_link", "loop/", "src/a"));
  EXPECT_EQ(walked_.linked, 1);
  EXPECT_THAT(files("loop/src"), ElementsAre("loop/src/a")) << "when it is asked for";
}

TEST_F(TreeWalk, PassesOverGitUnlessItIsAskedFor) {
  for (const char* name : {".git/config", ".github/x"}) file(name);
  EXPECT_THAT(files(), ElementsAre(".github/x"));
  EXPECT_TRUE(walked_.skipped_git);
  EXPECT_THAT(files(".git"), ElementsAre(".git/config"));
}

// Far deeper than any tree should be.
TEST_F(TreeWalk, GoesAsDeepAsTreesAre) {  // [TLS-16]
  std::string path;
  for (int i = 0; i < 300; ++i) path += (path.empty() ? "d" : "/d");
  file(path + "/bottom");
  EXPECT_THAT(files(), ElementsAre(path + "/bottom"));
  EXPECT_EQ(walked_.unreadable, 0);
}

TEST_F(TreeWalk, CountsWhatIsDeeperThanPathsAreLong) {
  const std::string name(250, 'd');
  int directory = ::open(root_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(::mkdirat(directory, name.c_str(), 0700), 0);
    int next = ::openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ::close(directory);
    directory = next;
  }
  ::close(directory);
  EXPECT_THAT(files(), SizeIs(0));
  EXPECT_EQ(walked_.unreadable, 1);
}

TEST_F(TreeWalk, StopsWhenNobodyWaits) {
  std::stop_source nobody;
  for (const char* name : {"a/b/c/1", "z"}) file(name);
  nobody.request_stop();
  ConfinedRoot root(root_.path().string());
  EXPECT_THROW(walk(root, ".", nobody.get_token(), [](const std::string&, Found) { return true; }), Error);
}

}  // namespace
}  // namespace executus::tools
