#include "tools/edits/edit_tools.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <executus/async/root_group.hpp>
#include <executus/base/digest.hpp>
#include <executus/testing/temporary_folder.hpp>
#include <executus/tool/invoke.hpp>

#include "tools/builtin.hpp"

namespace executus::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Larger files cannot be written.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = SIG_DFL;
};

// A root with a file, and calls of a run that remembers what its tools noted and planned.
class EditTools : public ::testing::Test {
 protected:
  EditTools() {
    root_ = base_ / "root";
    std::filesystem::create_directories(root_ / "src");
    write("a.txt", "one\ntwo\n");
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(root_ / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream file(root_ / name, std::ios::binary);
    return file ? std::string(std::istreambuf_iterator<char>(file), {}) : "there is no such file";
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(root_)) names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }

  Task<void> keep(boost::json::object plan) {
    plans_.push_back(plan);
    if (dies_after_plan_) throw failed("test.killed", "the process died");
    co_return;
  }
  std::string call(const std::string& name, boost::json::object arguments) {
    tool::Call call{*RunId::parse("run"), "call", "key", std::move(arguments), root_.string()};
    call.noted = [this](std::string_view note) {
      auto found = notes_.find(std::string(note));
      return found == notes_.end() ? std::nullopt : std::optional(found->second);
    };
    call.intend = [this](boost::json::object plan) { return keep(std::move(plan)); };
    if (planned_) call.planned = *planned_;
    for (const auto& tool : tools_)
      if (tool->info().spec.name == name) return told(block_on(*loop_, tool::invoke(*tool, std::move(call))));
    return "there is no such tool";
  }
  std::string told(tool::Outcome outcome) {
    auto* wrong = std::get_if<tool::Failed>(&outcome);
    for (auto& [name, text] : wrong ? wrong->notes : std::get<tool::Done>(outcome).notes) notes_[name] = text;
    return wrong ? "failed: " + wrong->message : std::get<tool::Done>(outcome).text;
  }
  std::string edit(std::string path, std::string from, std::string to) {
    return call("edit_file", {{"path", std::move(path)}, {"old_text", std::move(from)}, {"new_text", std::move(to)}});
  }
  std::string write_tool(std::string path, std::string content) {
    return call("write_file", {{"path", std::move(path)}, {"content", std::move(content)}});
  }
  // As a process that takes the run up again: with the plan that was journaled.
  void repeat_with_plan() { planned_ = plans_.back(), dies_after_plan_ = false; }

  testing::TemporaryFolder base_;
  std::filesystem::path root_;
  BlockingPool pool_;
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::vector<std::shared_ptr<tool::Tool>> tools_ =
      builtin_tools(pool_, system_clock(), {}, base_ / "root" / "state" / "runs.db");
  std::map<std::string, std::string> notes_;
  std::vector<boost::json::object> plans_;
  std::optional<boost::json::object> planned_;
  bool dies_after_plan_ = false;
};

TEST_F(EditTools, WriteEditAndPatchFiles) {  // [TLS-16]
  EXPECT_EQ(write_tool("new/deep/b.txt", "b\n"), "created new/deep/b.txt\n");
  EXPECT_EQ(read("new/deep/b.txt"), "b\n");
  EXPECT_EQ(edit("a.txt", "two", "2"), "edited a.txt\n");
  EXPECT_EQ(call("edit_file", {{"path", "a.txt"}, {"patch", "@@ -1 +1 @@\n-one\n+1\n"}}), "edited a.txt\n");
  EXPECT_EQ(read("a.txt"), "1\n2\n");
  EXPECT_EQ(call("apply_patch", {{"patch",
                                  "--- a/a.txt\n+++ b/a.txt\n@@ -2 +2 @@\n-2\n+zwei\n--- /dev/null\n+++ b/c\n@@ -0,0 "
                                  "+1 @@\n+c\n--- a/new/deep/b.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n"}}),
            "edited a.txt\ncreated c\ndeleted new/deep/b.txt\n");
  EXPECT_EQ(read("a.txt") + read("c"), "1\nzwei\nc\n");
  EXPECT_FALSE(std::filesystem::exists(root_ / "new/deep/b.txt"));
  EXPECT_THAT(names(), ::testing::ElementsAre("a.txt", "c", "new", "src")) << "nothing temporary stays";
}

TEST_F(EditTools, KeepTheModeOfAFile) {  // [TLS-16]
  ASSERT_EQ(::chmod((root_ / "a.txt").c_str(), 0750), 0);
  (void)edit("a.txt", "two", "2");
  struct stat status{};
  ASSERT_EQ(::stat((root_ / "a.txt").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0750u);
}

TEST_F(EditTools, AFileIsReplacedOnlyAsTheRunSawItLast) {  // [TLS-16] [SBX-03]
  EXPECT_THAT(write_tool("a.txt", "x"), HasSubstr("this run has not read it"));
  (void)call("read_file", {{"path", "a.txt"}});
  write("a.txt", "a person's\n");
  EXPECT_THAT(write_tool("a.txt", "x"), HasSubstr("has changed since this run saw it last"));
  EXPECT_THAT(edit("a.txt", "person", "x"), HasSubstr("has changed since this run saw it last"));
  EXPECT_EQ(read("a.txt"), "a person's\n");
  (void)call("read_file", {{"path", "a.txt"}});
  EXPECT_EQ(write_tool("a.txt", "x\n"), "edited a.txt\n");
  EXPECT_EQ(edit("a.txt", "x", "y"), "edited a.txt\n") << "its own write renews what it saw";
  EXPECT_EQ(write_tool("a.txt", "z\n"), "edited a.txt\n");
}

TEST_F(EditTools, AFileIsReplacedOnlyWhenTheRunKnowsAllOfIt) {  // [SBX-03]
  (void)call("read_file", {{"path", "a.txt"}, {"limit", 1}});
  EXPECT_THAT(write_tool("a.txt", "x"), HasSubstr("this run has not read all of 'a.txt'"));
  EXPECT_EQ(edit("a.txt", "one", "1"), "edited a.txt\n");
  EXPECT_THAT(write_tool("a.txt", "x"), HasSubstr("this run has not read all of 'a.txt'")) << "it saw no more since";
  (void)call("read_file", {{"path", "a.txt"}, {"offset", 2}});
  EXPECT_THAT(write_tool("a.txt", "x"), HasSubstr("this run has not read all of 'a.txt'"));
  write("long", std::string(10'000, 'x') + "\n");
  (void)call("read_file", {{"path", "long"}});
  EXPECT_THAT(write_tool("long", "x"), HasSubstr("this run has not read all of 'long'")) << "its line was cut";
  (void)call("read_file", {{"path", "a.txt"}});
  (void)call("read_file", {{"path", "a.txt"}, {"limit", 1}});
  EXPECT_EQ(edit("a.txt", "1", "one"), "edited a.txt\n");
  EXPECT_EQ(write_tool("a.txt", "x"), "edited a.txt\n");
}

TEST_F(EditTools, WhatAFailedCallWroteIsKnown) {  // [SBX-03]
  (void)call("read_file", {{"path", "a.txt"}});
  std::string large(2'000, 'x');
  FileSizeLimit limit(1'000);
  auto told = call("apply_patch", {{"patch",
                                    "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+1\n--- /dev/null\n+++ b/b\n@@ "
                                    "-0,0 +1 @@\n+" +
                                        large + "\n"}});
  EXPECT_THAT(told, HasSubstr("failed: 'b' cannot be read or written"));
  EXPECT_THAT(told, HasSubstr("these files are changed already: 'a.txt'"));
  EXPECT_EQ(edit("a.txt", "1", "one"), "edited a.txt\n");
}

TEST_F(EditTools, AKillBeforeTheEditLosesNothing) {  // [SBX-03]
  dies_after_plan_ = true;
  EXPECT_THAT(edit("a.txt", "two", "two two"), HasSubstr("died"));
  EXPECT_EQ(read("a.txt"), "one\ntwo\n") << "nothing is written before the plan is durable";
  repeat_with_plan();
  EXPECT_EQ(edit("a.txt", "two", "two two"), "edited a.txt\n");
  EXPECT_EQ(read("a.txt"), "one\ntwo two\n");
}

TEST_F(EditTools, AKillAfterTheEditDoublesNothing) {  // [SBX-03]
  (void)edit("a.txt", "two", "two two");
  repeat_with_plan();
  EXPECT_EQ(edit("a.txt", "two", "two two"), "edited a.txt\n");
  EXPECT_EQ(read("a.txt"), "one\ntwo two\n");
  EXPECT_EQ(plans_.size(), 1u);
}

TEST_F(EditTools, AKillBetweenTwoFilesIsMadeGood) {  // [SBX-03]
  write("b.txt", "b\n");
  boost::json::object both{
      {"patch",
       "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1,2 @@\n one\n+one\n--- a/b.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-b\n+B\n"}};
  EXPECT_EQ(call("apply_patch", both), "edited a.txt\nedited b.txt\n");
  write("b.txt", "b\n");  // as if the kill came before it
  repeat_with_plan();
  EXPECT_EQ(call("apply_patch", both), "edited a.txt\nedited b.txt\n");
  EXPECT_EQ(read("a.txt") + read("b.txt"), "one\none\ntwo\nB\n");
}

TEST_F(EditTools, AFileThatSomethingElseChangedMeanwhileIsLeftAlone) {  // [SBX-03]
  dies_after_plan_ = true;
  (void)edit("a.txt", "two", "2");
  write("a.txt", "one\ntwo\nthree\n");
  repeat_with_plan();
  EXPECT_THAT(edit("a.txt", "two", "2"), HasSubstr("was changed by something else since this edit was begun"));
  EXPECT_EQ(read("a.txt"), "one\ntwo\nthree\n");
}

TEST_F(EditTools, ATemporaryFileThatAKillLeftIsRemoved) {  // [SBX-03]
  dies_after_plan_ = true;
  (void)edit("a.txt", "two", "2");
  write(".executus-" + sha256_hex("key").substr(0, 16) + "-1.tmp", "half of a fi");
  repeat_with_plan();
  EXPECT_EQ(edit("a.txt", "two", "2"), "edited a.txt\n");
  EXPECT_EQ(names(), (std::vector<std::string>{"a.txt", "src"}));
}

TEST_F(EditTools, NeverWriteOutsideOfTheRoot) {  // [TLS-16]
  std::ofstream(base_ / "secret.txt") << "secret\n";
  std::filesystem::create_symlink(base_ / "secret.txt", root_ / "absolute");
  std::filesystem::create_symlink("../secret.txt", root_ / "relative");
  std::filesystem::create_symlink("../not_there", root_ / "dangling");
  std::filesystem::create_directory_symlink(base_.path(), root_ / "outside");
  for (const char* path : {"../secret.txt", "absolute", "relative", "dangling", "outside/secret.txt", "outside/new",
                           "src/../../x", "/etc/executus_test"})
    EXPECT_THAT(write_tool(path, "x"), HasSubstr("failed: ")) << path;
  EXPECT_THAT(edit("absolute", "secret", "x"), HasSubstr("leads out"));
  std::ifstream secret(base_ / "secret.txt");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(secret), {}), "secret\n");
  EXPECT_FALSE(std::filesystem::exists(base_ / "new") || std::filesystem::exists(base_ / "not_there"));
}

TEST_F(EditTools, TakeAnAbsolutePathBelowTheRootAtItsWord) {  // [TLS-16]
  auto absolute = (root_ / "new.txt").string();
  auto nested = absolute.substr(1);
  std::filesystem::create_directories((root_ / nested).parent_path());
  write(nested, "another file\n");
  EXPECT_EQ(write_tool(absolute, "x"), "created new.txt\n");
  EXPECT_EQ(read(nested), "another file\n");
  EXPECT_EQ(write_tool((root_ / "fresh" / "b").string(), "x"), "created fresh/b\n");
}

TEST_F(EditTools, LeaveGitsOwnFilesAlone) {  // [SBX-01]
  std::filesystem::create_directories(root_ / ".git" / "hooks");
  std::filesystem::create_directory_symlink(".git", root_ / "link");
  for (const char* path : {".git/config", ".git/hooks/post-commit", "src/.GIT/config", "link/config", ".git"})
    EXPECT_THAT(write_tool(path, "x"), HasSubstr("is git's own")) << path;
  EXPECT_EQ(write_tool(".gitignore", "x"), "created .gitignore\n");
}

TEST_F(EditTools, LeaveTheDatabaseAlone) {  // [SBX-01]
  std::filesystem::create_directories(root_ / "state" / "runs.db.packs");
  std::filesystem::create_directory_symlink("state", root_ / "link");
  for (const char* path : {"state/runs.db", "state/runs.db-wal", "state/runs.db.packs/new", "link/runs.db"})
    EXPECT_THAT(write_tool(path, "x"), HasSubstr("is of the database of all runs")) << path;
  EXPECT_EQ(write_tool("state/notes", "x"), "created state/notes\n");
}

TEST_F(EditTools, FollowLinksThatStayInside) {  // [TLS-16]
  std::filesystem::create_symlink("../a.txt", root_ / "src" / "link");
  EXPECT_EQ(edit("src/link", "two", "2"), "edited a.txt\n");
  EXPECT_TRUE(std::filesystem::is_symlink(root_ / "src" / "link"));
  EXPECT_EQ(read("a.txt"), "one\n2\n");
}

TEST_F(EditTools, ChangeNoFileWhereOneCannotBeChanged) {  // [TLS-16]
  EXPECT_THAT(call("apply_patch", {{"patch",
                                    "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+1\n--- a/none\n+++ b/none\n@@ -1 +1 "
                                    "@@\n-x\n+y\n"}}),
              HasSubstr("failed: 'none': the file does not exist"));
  EXPECT_EQ(read("a.txt"), "one\ntwo\n");
  EXPECT_THAT(plans_, IsEmpty());
}

TEST_F(EditTools, DeleteTextOnlyWhenToldTo) {  // [TLS-16]
  for (const boost::json::value& none : {boost::json::value(), boost::json::value("left out")}) {
    boost::json::object arguments{{"path", "a.txt"}, {"old_text", "two\n"}};
    if (none.is_null()) arguments["new_text"] = none;
    EXPECT_THAT(call("edit_file", arguments), HasSubstr("give new_text beside old_text"));
  }
  EXPECT_EQ(read("a.txt"), "one\ntwo\n");
  EXPECT_EQ(edit("a.txt", "two\n", ""), "edited a.txt\n");
}

TEST_F(EditTools, RefuseAPatchOfAnotherFile) {  // [TLS-16]
  EXPECT_THAT(call("edit_file", {{"path", "a.txt"}, {"patch", "--- a/b.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-one\n+1\n"}}),
              HasSubstr("the patch is of 'b.txt', and the call of 'a.txt'"));
  EXPECT_EQ(read("a.txt"), "one\ntwo\n");
}

TEST_F(EditTools, RefuseWhatIsNoText) {  // [TLS-16]
  write("binary", std::string("\0x", 2));
  EXPECT_THAT(edit("binary", "x", "y"), HasSubstr("is binary"));
  EXPECT_THAT(edit("src", "x", "y"), HasSubstr("is a directory"));
  EXPECT_THAT(write_tool("src/", "y"), HasSubstr("is the name of a directory"));
  EXPECT_THAT(write_tool(".", "y"), HasSubstr("is a directory"));
  ASSERT_EQ(::mkfifo((root_ / "fifo").c_str(), 0600), 0);
  EXPECT_THAT(write_tool("fifo", "y"), HasSubstr("not a regular file"));
  write("large", "");
  std::filesystem::resize_file(root_ / "large", kMaxEdited + 1);
  EXPECT_THAT(edit("large", "x", "y"), HasSubstr("more than 8 MiB"));
  EXPECT_THAT(write_tool("new", std::string(kMaxEdited + 1, 'x')), HasSubstr("more than 8 MiB"));
}

TEST_F(EditTools, AreIdempotent) {  // [SBX-03]
  for (const auto& tool : edit_tools(pool_)) EXPECT_EQ(tool->info().effect, tool::Effect::idempotent);
}

}  // namespace
}  // namespace executus::tools
