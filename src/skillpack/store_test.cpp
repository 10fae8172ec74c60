// Every store of packs, and the folder on the disk.
#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <executus/skillpack/store.hpp>
#include <executus/skillpack/syncer.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "base/text_file.hpp"
#include "skillpack/pack_files_test.hpp"

namespace executus::skillpack {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const PackTree kTree{{{"SKILL.md", false, manifest_text("a")}, {"s/run.sh", true, "#!/bin/sh\n"}}, {}};
const std::string kOther(64, 'b');

Subscription subscription(const std::string& name) {
  return {name,
          {Source::Kind::git, "https://example.org/a", "v1", "a"},
          {digest_of(kTree), "abc", WallTime(Milliseconds(7)), {{"x", "a symbolic link"}}},
          Pin{kOther, "def", WallTime(Milliseconds(8)), {}}};
}
void save(PackStore& store, const Subscription& given) {
  store.update(given.name, [&](std::optional<Subscription>& there) { there = given; });
}

enum class Keeps { memory, folder };

class AnyStore : public ::testing::TestWithParam<Keeps> {
 protected:
  std::unique_ptr<PackStore> open() const { return make_folder_store((folder_ / "db.packs").string()); }
  testing::TemporaryFolder folder_;
  std::unique_ptr<PackStore> store_ = GetParam() == Keeps::memory ? make_memory_store() : open();
};

TEST_P(AnyStore, GivesBackWhatItKeeps) {  // [SKP-08]
  EXPECT_THAT(store_->list(), IsEmpty());
  save(*store_, subscription("b"));
  save(*store_, subscription("a"));
  EXPECT_THAT(store_->list(), ElementsAre(subscription("a"), subscription("b")));
  store_->keep(kTree);
  store_->keep(kTree);
  EXPECT_EQ(store_->content(digest_of(kTree)), kTree);
  EXPECT_EQ(store_->content(kOther), std::nullopt);
}

TEST_P(AnyStore, ChangesNothingWhenTheChangeThrows) {  // [SKP-09]
  save(*store_, subscription("a"));
  auto refuse = [](std::optional<Subscription>& there) {
    there.reset();
    throw failed("no", "no");
  };
  EXPECT_THAT(error_of([&] { store_->update("a", refuse); }), HasSubstr("no"));
  EXPECT_THAT(store_->list(), ElementsAre(subscription("a")));
}

TEST_P(AnyStore, RemovesOne) {  // [SKP-08]
  save(*store_, subscription("a"));
  store_->update("a", [](std::optional<Subscription>& there) { there.reset(); });
  EXPECT_THAT(store_->list(), IsEmpty());
}

TEST_P(AnyStore, LetsNoChangeGetLost) {  // [SKP-08]
  std::vector<std::thread> threads;
  for (char name : std::string("abcd"))
    threads.emplace_back([&, name] {
      for (int i = 0; i < 5; ++i) save(*store_, subscription(std::string(1, name) + std::to_string(i)));
    });
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(store_->list(), SizeIs(20));
}

INSTANTIATE_TEST_SUITE_P(Each, AnyStore, ::testing::Values(Keeps::memory, Keeps::folder),
                         [](const auto& info) { return info.param == Keeps::memory ? "memory" : "folder"; });

class FolderOfPacks : public ::testing::Test {
 protected:
  FolderOfPacks() { store_->keep(kTree); }
  fs::path content() const { return folder_ / "db.packs/content" / digest_of(kTree); }
  void change(const fs::path& file, std::string_view bytes) const {
    fs::permissions(file, fs::perms::owner_all);
    write_text(file, bytes);
  }
  testing::TemporaryFolder folder_;
  std::unique_ptr<PackStore> store_ = make_folder_store((folder_ / "db.packs").string());
};

TEST_F(FolderOfPacks, RefusesAChangedByteByThePacksName) {  // [SKP-08]
  auto text = read_text_file((content() / "SKILL.md").string()).value();
  text.back() = 'x';
  change(content() / "SKILL.md", text);
  auto said = error_of([&] { (void)load_pack(*store_, "office", {digest_of(kTree), "", {}, {}}); });
  EXPECT_THAT(said, HasSubstr("skillpack.corrupt: skill pack 'office': the content"));
  EXPECT_THAT(said, HasSubstr(digest_of(kTree)));
}

TEST_F(FolderOfPacks, RefusesWhatElseChanged) {  // [SKP-08]
  auto refused = [&] {
    return error_of([&] { (void)store_->content(digest_of(kTree)); }).starts_with("skillpack.corrupt");
  };
  fs::permissions(content() / "s/run.sh", fs::perms::owner_read);
  EXPECT_TRUE(refused()) << "the run bit";
  fs::permissions(content() / "s/run.sh", fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_FALSE(refused());
  write_text(content() / "more", "");
  EXPECT_TRUE(refused()) << "a file more";
  fs::remove(content() / "more");
  fs::create_symlink("/etc/passwd", content() / "link");
  EXPECT_TRUE(refused()) << "a link";
  fs::remove(content() / "link");
  fs::remove(content() / "s/run.sh");
  EXPECT_TRUE(refused()) << "a file less";
}

TEST_F(FolderOfPacks, LeavesAWholeContentToThoseWhoReadIt) {  // [SKP-08]
  struct stat before{}, after{};
  ASSERT_EQ(::stat(content().c_str(), &before), 0);
  store_->keep(kTree);
  ASSERT_EQ(::stat(content().c_str(), &after), 0);
  EXPECT_EQ(after.st_ino, before.st_ino) << "it was written anew";
}

TEST_F(FolderOfPacks, PutsADamagedContentBack) {  // [SKP-08]
  change(content() / "SKILL.md", "damaged");
  store_->keep(kTree);
  EXPECT_EQ(store_->content(digest_of(kTree)), kTree);
}

TEST_F(FolderOfPacks, RemovesWhatWasNotFinished) {  // [SKP-08]
  write_text(folder_ / "db.packs/content/.new-x/SKILL.md", "half");
  write_text(folder_ / "db.packs/.new-subscriptions", "half");
  save(*store_, subscription("a"));
  EXPECT_FALSE(fs::exists(folder_ / "db.packs/content/.new-x"));
  EXPECT_THAT(make_folder_store((folder_ / "db.packs").string())->list(), SizeIs(1));
}

TEST_F(FolderOfPacks, NamesAFileThatCannotBeRead) {  // [SKP-09]
  auto file = folder_ / "db.packs/subscriptions.json";
  auto said = [&](std::string_view text) {
    change(file, text);
    return error_of([&] { (void)store_->list(); });
  };
  write_text(file, "");
  for (const char* text : {"", "{", "[]", "{\"format\":1}", "{\"format\":1,\"packs\":[{}]}"})
    EXPECT_THAT(said(text), HasSubstr("skillpack.store: '" + file.string())) << text;
  EXPECT_THAT(said("{\"format\":2,\"packs\":[]}"), HasSubstr("a newer executus wrote it"));
}

TEST_F(FolderOfPacks, TakesNoDigestThatLeadsElsewhere) {  // [SKP-06]
  save(*store_, subscription("a"));
  auto file = folder_ / "db.packs/subscriptions.json";
  auto text = read_text_file(file.string()).value();
  text.replace(text.find(digest_of(kTree)), 64, "../../../../../../../../../../etc");
  change(file, text);
  EXPECT_THAT(error_of([&] { (void)store_->list(); }), HasSubstr("'digest' is none"));
}

TEST(FolderOfNoPacks, KeepsNothing) {  // [SKP-09]
  auto store = make_folder_store("");
  EXPECT_THAT(store->list(), IsEmpty());
  EXPECT_THAT(error_of([&] { store->keep(kTree); }), HasSubstr("skillpack.store: there is no place"));
}

}  // namespace
}  // namespace executus::skillpack
