#include "runtime/kept_files.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "async/asio_loop.hpp"

namespace executus {
namespace {

namespace fs = std::filesystem;

class KeptFilesTest : public ::testing::Test {
 protected:
  std::string stage(KeptFiles& files, const char* run, InputFile file) {
    return block_on(*loop_, files.stage(RunId::parse(run).value(), 0, std::move(file)));
  }
  static std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  executus::testing::TemporaryFolder folder_;
  BlockingPool pool_;
  std::unique_ptr<Loop> loop_ = make_loop(1);
  KeptFiles files_{(folder_.path() / "db.files").string(), pool_};
};

TEST_F(KeptFilesTest, AreInAFolderOfTheirRun) {  // [IO-03]
  EXPECT_EQ(stage(files_, "r1", {"notes.txt", "text/plain", "one"}), "run:notes.txt");
  EXPECT_EQ(stage(files_, "..", {"notes.txt", "text/plain", "two"}), "run:notes.txt");

  EXPECT_EQ(content(folder_.path() / "db.files" / "run-r1" / "notes.txt"), "one");
  EXPECT_EQ(content(folder_.path() / "db.files" / "run-.." / "notes.txt"), "two");
  auto folder = fs::path(files_.folder_of(RunId::parse("r1").value()));
  EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all) << "they may hold secrets";
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1) << "nothing is left beside it";
}

TEST_F(KeptFilesTest, AreKeptOnceAndNeverChanged) {  // [IO-03]
  stage(files_, "r1", {"notes.txt", "text/plain", "one"});
  EXPECT_EQ(stage(files_, "r1", {"notes.txt", "text/plain", "one"}), "run:notes.txt") << "the same submission again";
  try {
    stage(files_, "r1", {"notes.txt", "text/plain", "two"});
    FAIL() << "a file of the run was replaced";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "input_files.differ");
  }
  EXPECT_EQ(content(folder_.path() / "db.files" / "run-r1" / "notes.txt"), "one");
}

TEST_F(KeptFilesTest, HoldLongOutputsWhereThereIsAPlace) {  // [TOOL-07]
  KeptFiles nowhere("", pool_);
  InputFile output{"output-0.0-1.txt", "text/plain", "long"};
  EXPECT_EQ(block_on(*loop_, files_.keep_output(*RunId::parse("r1"), output)), "run:output-0.0-1.txt");
  EXPECT_EQ(block_on(*loop_, files_.keep_output(*RunId::parse("r1"), output)), "run:output-0.0-1.txt");
  EXPECT_EQ(content(folder_.path() / "db.files" / "run-r1" / "output-0.0-1.txt"), "long");
  EXPECT_EQ(block_on(*loop_, nowhere.keep_output(*RunId::parse("r1"), output)), std::nullopt);
}

TEST_F(KeptFilesTest, HoldNoMoreOfOutputsThanARunMayHave) {  // [TOOL-07]
  KeptFiles files((folder_.path() / "db.files").string(), pool_, 10);
  auto keeps = [&](const char* name) {
    try {
      return block_on(*loop_, files.keep_output(*RunId::parse("r1"), {name, "text/plain", "12345"})).value();
    } catch (const Error& error) {
      return error.code();
    }
  };
  EXPECT_EQ(keeps("a"), "run:a");
  EXPECT_EQ(keeps("b"), "run:b");
  EXPECT_EQ(keeps("c"), "input_files.full");
  EXPECT_EQ(keeps("a"), "run:a") << "it is there already";
}

TEST_F(KeptFilesTest, AreRefusedWhereTheyCannotBeKept) {  // [IO-03]
  std::ofstream(folder_.path() / "no-folder") << "a file";
  KeptFiles nowhere("", pool_), below_a_file((folder_.path() / "no-folder").string(), pool_);
  for (KeptFiles* files : {&nowhere, &below_a_file}) {
    try {
      stage(*files, "r1", {"notes.txt", "text/plain", "one"});
      FAIL() << "it was kept";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "input_files.cannot_write");
    }
  }
}

}  // namespace
}  // namespace executus
