#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/skillpack/syncer.hpp>

#include "skillpack/pack_files_test.hpp"

namespace executus::skillpack {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Source kSource{Source::Kind::git, "https://example.org/office.git", "", ""};

// A store that fails where a test says so.
class FailingStore final : public PackStore {
 public:
  explicit FailingStore(PackStore& store) : store_(store) {}
  std::string fails;  // "list", "update", "keep", "content"

  std::vector<Subscription> list() override { return through("list").list(); }
  void update(const std::string& name, const Change& change) override { through("update").update(name, change); }
  void keep(const PackTree& tree) override { through("keep").keep(tree); }
  std::optional<PackTree> content(const std::string& digest) override { return through("content").content(digest); }

 private:
  PackStore& through(std::string_view what) {
    if (what == fails) throw failed("skillpack.store", "the disk is gone");
    return store_;
  }
  PackStore& store_;
};

class PackSyncer : public ::testing::Test {
 protected:
  PackSyncer() { source_.tree.files = {skill_file("pdf")}; }
  std::string digest_now() const { return digest_of(source_.tree); }
  void change_source() {
    source_.tree.files = {{"README", false, "x"}, skill_file("pdf", "Another body.")};
    source_.revision = "r2";
  }
  Subscription stored() { return find_subscription(*memory_, "office"); }

  std::unique_ptr<PackStore> memory_ = make_memory_store();
  FailingStore store_{*memory_};
  FakeSource source_;
  Syncer syncer_{store_, source_, system_clock()};
};

TEST_F(PackSyncer, SubscribePins) {  // [SKP-07]
  auto checked = syncer_.subscribe(kSource);
  EXPECT_EQ(stored().pinned.digest, digest_now());
  EXPECT_EQ(stored().pinned.revision, "r1");
  EXPECT_EQ(stored().pending, std::nullopt);
  EXPECT_EQ(checked.subscription, stored());
  EXPECT_TRUE(syncer_.load("office")->find("pdf"));
}

TEST_F(PackSyncer, CheckOnlyNotes) {  // [SKP-07]
  (void)syncer_.subscribe(kSource);
  auto pinned = stored().pinned;
  change_source();
  auto checked = syncer_.check("office");
  EXPECT_THAT(checked.changes.added, ElementsAre("README"));
  EXPECT_THAT(checked.changes.changed, ElementsAre("pdf/SKILL.md"));
  EXPECT_EQ(stored().pinned, pinned);
  ASSERT_TRUE(stored().pending);
  EXPECT_EQ(stored().pending->digest, digest_now());
  EXPECT_EQ(syncer_.load("office")->find("pdf")->manifest.body, "Body.");
}

TEST_F(PackSyncer, ApplyMovesThePinToWhatWasChecked) {  // [SKP-07]
  (void)syncer_.subscribe(kSource);
  change_source();
  (void)syncer_.check("office");
  auto seen = digest_now();
  source_.tree.files.push_back({"unseen", false, ""});
  int fetched = source_.fetched;
  auto applied = syncer_.apply("office");
  EXPECT_THAT(applied.changes.added, ElementsAre("README"));
  EXPECT_EQ(stored().pinned.digest, seen);
  EXPECT_EQ(stored().pending, std::nullopt);
  EXPECT_EQ(source_.fetched, fetched) << "what nobody has seen is not applied";
  EXPECT_EQ(syncer_.load("office")->find("pdf")->manifest.body, "Another body.");
  EXPECT_TRUE(syncer_.apply("office").changes.empty());
}

TEST_F(PackSyncer, ComparesContentsNotRevisions) {  // [SKP-07]
  (void)syncer_.subscribe(kSource);
  source_.revision = "r2";
  EXPECT_EQ(syncer_.check("office").subscription.pending, std::nullopt);
  change_source();
  source_.revision = "r1";
  EXPECT_TRUE(syncer_.check("office").subscription.pending);
  source_.tree.files = {skill_file("pdf")};
  EXPECT_EQ(syncer_.check("office").subscription.pending, std::nullopt) << "it went back to what is pinned";
}

TEST_F(PackSyncer, RehearsalsChangeNothing) {  // [SKP-07]
  (void)syncer_.subscribe(kSource, "", Rehearsal::yes);
  EXPECT_THAT(memory_->list(), IsEmpty());
  EXPECT_EQ(memory_->content(digest_now()), std::nullopt);
  (void)syncer_.subscribe(kSource);
  change_source();
  EXPECT_FALSE(syncer_.check("office", Rehearsal::yes).changes.empty());
  EXPECT_EQ(stored().pending, std::nullopt);
  (void)syncer_.check("office");
  EXPECT_FALSE(syncer_.apply("office", Rehearsal::yes).changes.empty());
  EXPECT_TRUE(stored().pending);
}

TEST_F(PackSyncer, KeepsTheOldContentForRunsThatHaveIt) {  // [SKP-07]
  (void)syncer_.subscribe(kSource);
  auto before = stored().pinned;
  change_source();
  (void)syncer_.check("office");
  (void)syncer_.apply("office");
  EXPECT_EQ(load_pack(*memory_, "office", before)->find("pdf")->manifest.body, "Body.");
}

TEST_F(PackSyncer, NeverRenames) {  // [SKP-09]
  (void)syncer_.subscribe(kSource, "mine");
  EXPECT_THAT(error_of([&] { (void)syncer_.subscribe(kSource, "other"); }),
              HasSubstr("skillpack.name: there is a skill pack 'mine' already"));
  source_.tree.files = {skill_file("renamed")};
  (void)syncer_.check("mine");
  (void)syncer_.apply("mine");
  ASSERT_THAT(memory_->list(), SizeIs(1));
  EXPECT_EQ(memory_->list()[0].name, "mine");
}

TEST_F(PackSyncer, SwallowsNoErrorOfTheStore) {  // [SKP-09]
  for (const char* what : {"list", "keep", "update"}) {
    store_.fails = what;
    EXPECT_THAT(error_of([&] { (void)syncer_.subscribe(kSource); }), HasSubstr("the disk is gone")) << what;
    EXPECT_THAT(memory_->list(), IsEmpty()) << what;
  }
  store_.fails = "";
  (void)syncer_.subscribe(kSource);
  auto before = stored();
  change_source();
  for (const char* what : {"list", "keep", "update"}) {
    store_.fails = what;
    EXPECT_THAT(error_of([&] { (void)syncer_.check("office"); }), HasSubstr("the disk is gone")) << what;
    EXPECT_EQ(stored(), before) << what;
  }
  store_.fails = "";
  (void)syncer_.check("office");
  before = stored();
  for (const char* what : {"list", "content", "update"}) {
    store_.fails = what;
    EXPECT_THAT(error_of([&] { (void)syncer_.apply("office"); }), HasSubstr("the disk is gone")) << what;
    EXPECT_EQ(stored(), before) << what;
  }
}

TEST_F(PackSyncer, RefusesANameThatIsTaken) {  // [SKP-09]
  (void)syncer_.subscribe(kSource);
  auto other = kSource;
  other.ref = "v2";
  EXPECT_THAT(error_of([&] { (void)syncer_.subscribe(other); }), HasSubstr("--name"));
  EXPECT_THAT(error_of([&] { (void)syncer_.subscribe(other, "A"); }),
              HasSubstr("skillpack.name: the name of a skill pack: 'A'"));
  EXPECT_THAT(memory_->list(), SizeIs(1));
}

TEST_F(PackSyncer, BringsNothingWithoutASkill) {  // [SKP-07]
  source_.tree.files = {{"README", false, "x"}};
  EXPECT_THAT(error_of([&] { (void)syncer_.subscribe(kSource); }),
              HasSubstr("skillpack.empty: there is no skill in https://example.org/office.git: no file SKILL.md"));
  source_.tree.files = {{"SKILL.md", false, "x"}};
  EXPECT_THAT(error_of([&] { (void)syncer_.subscribe(kSource); }),
              HasSubstr("office/SKILL.md:1:1: error: no front matter"));
  EXPECT_THAT(memory_->list(), IsEmpty());
}

TEST_F(PackSyncer, NamesTheNearPack) {  // [SKP-07]
  EXPECT_THAT(error_of([&] { (void)syncer_.check("offise"); }), HasSubstr("packs subscribe"));
  (void)syncer_.subscribe(kSource);
  EXPECT_THAT(error_of([&] { (void)syncer_.check("offise"); }),
              HasSubstr("skillpack.unknown: there is no skill pack 'offise'; did you mean 'office'?"));
}

// What another process does while an apply is under way.
class Meanwhile final : public PackStore {
 public:
  Meanwhile(PackStore& store, std::function<void()> act) : store_(store), act_(std::move(act)) {}
  std::vector<Subscription> list() override { return store_.list(); }
  void update(const std::string& name, const Change& change) override {
    act_();
    store_.update(name, change);
  }
  void keep(const PackTree& tree) override { store_.keep(tree); }
  std::optional<PackTree> content(const std::string& digest) override { return store_.content(digest); }

 private:
  PackStore& store_;
  const std::function<void()> act_;
};

TEST_F(PackSyncer, TakesNoNameThatWasTakenMeanwhile) {  // [SKP-09]
  auto other = kSource;
  other.ref = "v2";
  Meanwhile meanwhile(*memory_, [&] { (void)syncer_.subscribe(other); });
  EXPECT_THAT(error_of([&] { (void)Syncer(meanwhile, source_, system_clock()).subscribe(kSource); }),
              HasSubstr("skillpack.name: there is a skill pack 'office' already"));
  EXPECT_EQ(stored().source, other);
}

TEST_F(PackSyncer, AppliesTheSameTwiceAtOnce) {  // [SKP-07]
  (void)syncer_.subscribe(kSource);
  change_source();
  auto found = *syncer_.check("office").subscription.pending;
  Meanwhile meanwhile(*memory_, [&] { (void)syncer_.apply("office"); });
  EXPECT_EQ(Syncer(meanwhile, source_, system_clock()).apply("office").subscription.pinned, found);
  EXPECT_EQ(stored().pinned, found);
  EXPECT_EQ(stored().pending, std::nullopt);
}

TEST_F(PackSyncer, AppliesWhatAnotherCheckFoundAgain) {  // [SKP-07]
  (void)syncer_.subscribe(kSource);
  change_source();
  auto found = *syncer_.check("office").subscription.pending;
  found.at += Milliseconds(1);
  Meanwhile meanwhile(*memory_, [&] { memory_->update("office", [&](auto& there) { there->pending = found; }); });
  (void)Syncer(meanwhile, source_, system_clock()).apply("office");
  EXPECT_EQ(stored().pinned, found);
  EXPECT_EQ(stored().pending, std::nullopt);
}

TEST_F(PackSyncer, DoesNotApplyWhatAnotherCheckReplaced) {  // [SKP-07]
  (void)syncer_.subscribe(kSource);
  change_source();
  (void)syncer_.check("office");
  Meanwhile meanwhile(
      *memory_, [&] { memory_->update("office", [](auto& there) { there->pending->digest = std::string(64, 'c'); }); });
  Syncer syncer(meanwhile, source_, system_clock());
  auto pinned = stored().pinned;
  EXPECT_THAT(error_of([&] { (void)syncer.apply("office"); }), HasSubstr("skillpack.changed"));
  EXPECT_EQ(stored().pinned, pinned);
}

}  // namespace
}  // namespace executus::skillpack
