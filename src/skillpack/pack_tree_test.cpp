#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <executus/base/digest.hpp>
#include <executus/base/error.hpp>
#include <executus/skillpack/pack_tree.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "skillpack/tree_reader.hpp"
#include "skillpack/tree_writer.hpp"

namespace executus::skillpack {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

PackTree small_tree() { return {{{"SKILL.md", false, "text"}, {"scripts/a.sh", true, "#!/bin/sh\n"}}, {}}; }

void write(const fs::path& path, std::string_view bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string refusal_of(auto act) {
  try {
    act();
  } catch (const Error& error) {
    return error.code() + ": " + error.message();
  }
  return "nothing was refused";
}

TEST(PackDigest, IsOfPathsRunBitsAndContents) {  // [SKP-03]
  const std::string zero(1, '\0');
  std::string bytes = "executus-pack 1\n";
  bytes += "SKILL.md" + zero + "-4" + zero + "text" + "scripts/a.sh" + zero + "x10" + zero + "#!/bin/sh\n";
  EXPECT_EQ(digest_of(small_tree()), sha256_hex(bytes)) << "the format is frozen: pins are kept on disks";
}

TEST(PackDigest, DoesNotDependOnTheOrder) {  // [SKP-03]
  auto tree = small_tree();
  std::ranges::reverse(tree.files);
  EXPECT_EQ(digest_of(tree), digest_of(small_tree()));
}

TEST(PackDigest, ChangesWithEachThing) {  // [SKP-03]
  auto changed = [](auto change) {
    auto tree = small_tree();
    change(tree);
    return digest_of(tree) != digest_of(small_tree());
  };
  EXPECT_TRUE(changed([](PackTree& tree) { tree.files[0].bytes = "texT"; }));
  EXPECT_TRUE(changed([](PackTree& tree) { tree.files[1].runs = false; }));
  EXPECT_TRUE(changed([](PackTree& tree) { tree.files[1].path = "scripts/b.sh"; }));
  EXPECT_TRUE(changed([](PackTree& tree) { tree.files.pop_back(); }));
}

TEST(TreeReader, ReadsFilesWithTheirRunBit) {  // [SKP-04] [SKP-03]
  testing::TemporaryFolder folder;
  write(folder / "SKILL.md", "text");
  write(folder / "scripts/a.sh", "#!/bin/sh\n");
  write(folder / ".git/config", "[core]");
  ::chmod((folder / "scripts/a.sh").c_str(), 0755);
  EXPECT_EQ(read_tree(folder.path().string()), small_tree());
}

TEST(TreeReader, NamesLinksAndFollowsNone) {  // [SKP-06]
  testing::TemporaryFolder folder;
  write(folder / "SKILL.md", "text");
  fs::create_symlink("/etc", folder / "etc");
  fs::create_symlink("/etc/passwd", folder / "passwd");
  fs::create_symlink("SKILL.md", folder / "near");
  ::mkfifo((folder / "pipe").c_str(), 0600);
  auto tree = read_tree(folder.path().string());
  ASSERT_EQ(tree.files.size(), 1u);
  EXPECT_THAT(tree.missing, ElementsAre(MissingFile{"etc", "a symbolic link"}, MissingFile{"near", "a symbolic link"},
                                        MissingFile{"passwd", "a symbolic link"},
                                        MissingFile{"pipe", "neither a file nor a folder"}));
}

TEST(TreeReader, GoesThroughNoLinkToItsFolder) {  // [SKP-06]
  testing::TemporaryFolder folder;
  write(folder / "real/skill/SKILL.md", "text");
  fs::create_symlink("real", folder / "link");
  EXPECT_EQ(read_tree(folder.path().string(), "real/skill").files.size(), 1u);
  EXPECT_THAT(refusal_of([&] { (void)read_tree(folder.path().string(), "link/skill"); }), HasSubstr("symbolic link"));
  EXPECT_THAT(refusal_of([&] { (void)read_tree((folder / "link").string()); }), HasSubstr("cannot be read"));
}

TEST(TreeReader, NamesPointersOfLfs) {  // [SKP-06]
  testing::TemporaryFolder folder;
  write(folder / "big.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n");
  EXPECT_THAT(read_tree(folder.path().string()).missing, ElementsAre(MissingFile{"big.bin", "a Git LFS pointer"}));
}

TEST(TreeReader, RefusesWhatIsTooLarge) {  // [SKP-04]
  testing::TemporaryFolder folder;
  write(folder / "SKILL.md", "text");
  write(folder / "data/huge", "");
  fs::resize_file(folder / "data/huge", 10'000'000);
  EXPECT_THAT(refusal_of([&] { (void)read_tree(folder.path().string()); }),
              HasSubstr("skillpack.source: the pack's 'data/huge' cannot be read: it is larger"));
}

TEST(TreeReader, RefusesFilesThatAreTooLargeTogether) {  // [SKP-04]
  testing::TemporaryFolder folder;
  for (std::size_t i = 0; i <= kLargestPack / kLargestFile; ++i) {
    write(folder / std::to_string(i), "");
    fs::resize_file(folder / std::to_string(i), kLargestFile);
  }
  EXPECT_THAT(refusal_of([&] { (void)read_tree(folder.path().string()); }),
              HasSubstr("with it the pack is larger than 32 MiB"));
}

TEST(TreeReader, RefusesTooManyFilesAndTooManyLinks) {  // [SKP-04] [SKP-06]
  testing::TemporaryFolder files, links;
  for (const char* name : {"a", "b", "c"}) {
    write(files / name, "");
    fs::create_symlink("/etc", links / name);
  }
  EXPECT_EQ(read_tree(files.path().string(), "", 3).files.size(), 3u);
  EXPECT_THAT(refusal_of([&] { (void)read_tree(files.path().string(), "", 2); }), HasSubstr("at most 2 files"));
  EXPECT_EQ(read_tree(links.path().string(), "", 3).missing.size(), 3u);
  EXPECT_THAT(refusal_of([&] { (void)read_tree(links.path().string(), "", 2); }), HasSubstr("links or no files"));
}

TEST(TreeReader, RefusesWhatIsTooDeep) {  // [SKP-04]
  testing::TemporaryFolder folder;
  std::string deep;
  for (int i = 0; i < 34; ++i) deep += "d/";
  write(folder / (deep + "SKILL.md"), "text");
  EXPECT_THAT(refusal_of([&] { (void)read_tree(folder.path().string()); }), HasSubstr("deeper than 32 folders"));
}

TEST(TreeReader, TakesAnyNameThatIsText) {  // [SKP-04]
  testing::TemporaryFolder folder;
  write(folder / "a\nb", "x");
  write(folder / "-rf", "x");
  fs::create_hard_link(folder / "-rf", folder / "hard");
  auto tree = read_tree(folder.path().string());
  ASSERT_EQ(tree.files.size(), 3u);
  testing::TemporaryFolder other;
  write_tree((other / "pack").string(), tree);
  EXPECT_EQ(digest_of(read_tree((other / "pack").string())), digest_of(tree));
  write(folder / "bad\xff", "x");
  EXPECT_THAT(refusal_of([&] { (void)read_tree(folder.path().string()); }), HasSubstr("no UTF-8"));
}

TEST(TreeWriter, WritesWhatIsReadBack) {  // [SKP-06] [SKP-08]
  testing::TemporaryFolder folder;
  write_tree((folder / "pack").string(), small_tree());
  EXPECT_EQ(read_tree((folder / "pack").string()), small_tree());
}

TEST(TreeWriter, WritesNothingOutside) {  // [SKP-06]
  for (const char* path : {"../out", "/tmp/out", "a/../../out", "a//b", "./a", "", ".git/hooks/post-checkout", "a/."}) {
    testing::TemporaryFolder folder;
    PackTree tree{{{"first", false, "x"}, {path, false, "x"}}, {}};
    EXPECT_THAT(refusal_of([&] { write_tree((folder / "pack").string(), tree); }), HasSubstr("skillpack.store"))
        << path;
    EXPECT_FALSE(fs::exists(folder / "pack")) << path;
  }
}

TEST(TreeWriter, WritesThroughNoLink) {  // [SKP-06]
  testing::TemporaryFolder folder;
  fs::create_directory(folder / "elsewhere");
  fs::create_directory_symlink("elsewhere", folder / "pack");
  EXPECT_THAT(refusal_of([&] { write_tree((folder / "pack").string(), small_tree()); }),
              HasSubstr("cannot be written"));
  EXPECT_TRUE(fs::is_empty(folder / "elsewhere"));
}

TEST(TreeChanges, AreByPath) {  // [SKP-07]
  auto before = small_tree(), after = small_tree();
  after.files[1].runs = false;
  after.files.push_back({"new", false, ""});
  before.files.push_back({"old", false, ""});
  auto changes = changes_between(before, after);
  EXPECT_THAT(changes.added, ElementsAre("new"));
  EXPECT_THAT(changes.changed, ElementsAre("scripts/a.sh"));
  EXPECT_THAT(changes.removed, ElementsAre("old"));
}

}  // namespace
}  // namespace executus::skillpack
