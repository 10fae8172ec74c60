// Erasing trees, and pruning: all that may go goes, in the order that what others need asks for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/journal/memory_store.hpp>
#include <executus/run/erasing.hpp>
#include <executus/run/executor.hpp>
#include <executus/testing/manual_loop.hpp>

#include "run/harness_test.hpp"
#include "run/retention/keeping.hpp"

namespace executus {
namespace {

using journal::EraseVerdict;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// Notes whose files are erased, and whether the run was there still.
class Files final : public InputFiles {
 public:
  explicit Files(journal::JournalStore& store) : store_(store) {}
  Task<std::string> stage(RunId, std::size_t, InputFile) override { co_return ""; }
  Task<void> erase(RunId run) override {
    if (is_broken) throw failed("input_files.cannot_write", "the disk is broken");
    auto row = co_await store_.find(run);
    if (row) erased.push_back(run.str());
  }
  std::vector<std::string> erased;
  bool is_broken = false;

 private:
  journal::JournalStore& store_;
};

class RetentionOfRuns : public ::testing::Test {
 protected:
  static RunId id(const std::string& run) { return RunId::parse(run).value(); }

  // A run that ended at that second; without one it is open.
  void make(const std::string& run, std::optional<int> ended_at, std::string parent = "", std::string continues = "") {
    journal::Admission admission;
    admission.id = id(run);
    admission.agent = "clerk";
    admission.parent = std::move(parent);
    admission.continues = std::move(continues);
    admission.entry = {1, {}, {}, journal::Admitted{}};
    (void)loop_.run(store_->admit(std::move(admission)));
    if (ended_at) end(run, *ended_at);
  }
  void end(const std::string& run, int at) {
    journal::Append append;
    append.run = id(run);
    append.epoch = 1;
    append.after = 1;
    append.entries.push_back({2, WallTime(std::chrono::seconds(at)), {}, journal::Ended{}});
    ASSERT_EQ(loop_.run(store_->append(std::move(append))).verdict, journal::AppendVerdict::appended);
  }
  Erasure erase(const std::string& run, EraseOptions options = {EraseOptions::Below::erase}) {
    return loop_.run(erase_run(executor_, *store_, id(run), options));
  }
  // That were erased, or would be: of a dry run and then of a real one.
  std::vector<RunId> prune(PruneOptions options) {
    options.dry_run = DryRun::yes;
    auto planned = loop_.run(prune_runs(executor_, *store_, options));
    options.dry_run = DryRun::no;
    auto pruned = loop_.run(prune_runs(executor_, *store_, options));
    EXPECT_EQ(planned.erased, pruned.erased) << "a dry run says what is done";
    EXPECT_EQ(planned.kept, pruned.kept);
    kept_ = pruned.kept;
    return pruned.erased;
  }
  std::vector<std::string> left() {
    std::vector<std::string> ids;
    for (const auto& row : loop_.run(store_->list({}))) ids.push_back(row.id.str());
    return ids;
  }

  testing::ManualLoop loop_;
  journal::MemoryJournal journal_{loop_.clock()};
  std::unique_ptr<journal::JournalStore> store_ = journal_.open_worker();
  Files files_{*store_};
  std::vector<RunId> kept_;

 private:
  ExecutorConfig config() {
    ExecutorConfig config;
    config.registry = &registry_;
    config.models = &models_;
    config.ports.journal = store_.get();
    config.ports.input_files = &files_;
    return config;
  }
  tool::Registry registry_;
  run::OneModelResolver models_{nullptr};

 protected:
  Executor executor_{config()};
};

TEST_F(RetentionOfRuns, OfATreeAllGoesFromBelow) {  // [DUR-31]
  make("top", std::nullopt);
  make("child", 1, "top");
  make("below", 1, "child");
  end("top", 2);

  EXPECT_THAT(erase("top").erased, ElementsAre(id("below"), id("child"), id("top")));
  EXPECT_THAT(files_.erased, ElementsAre("below", "child", "top")) << "while the run is still found";
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(RetentionOfRuns, OfATreeNothingGoesWhenAnotherRunGoesOnFromItsTop) {  // [DUR-31] [DUR-46]
  make("top", std::nullopt);
  make("child", 1, "top");
  end("top", 2);
  make("later", 3, "", "top");

  auto told = erase("top");

  EXPECT_EQ(told.verdict, EraseVerdict::is_continued);
  EXPECT_THAT(told.because, ElementsAre(id("later")));
  EXPECT_THAT(left(), UnorderedElementsAre("top", "child", "later"));
  EXPECT_THAT(files_.erased, IsEmpty());
}

TEST_F(RetentionOfRuns, OfATreeNothingGoesWhenARunBelowHasNotEnded) {  // [DUR-31]
  make("top", std::nullopt);
  make("child", 1, "top");
  make("open", std::nullopt, "top");
  end("top", 2);

  auto told = erase("top");

  EXPECT_EQ(told.verdict, EraseVerdict::not_ended);
  EXPECT_THAT(told.because, ElementsAre(id("open")));
  EXPECT_THAT(left(), UnorderedElementsAre("top", "child", "open"));
}

TEST_F(RetentionOfRuns, ARunWhoseFilesCannotGoStays) {  // [DUR-31]
  make("r", 1);
  files_.is_broken = true;
  EXPECT_THROW((void)erase("r"), Error);
  EXPECT_THAT(left(), ElementsAre("r")) << "so that it can be tried again";

  files_.is_broken = false;
  EXPECT_THAT(erase("r").erased, ElementsAre(id("r")));
}

// A run that was taken up again may end after those that went on from it.
TEST_F(RetentionOfRuns, PruningErasesConversationsInWhateverOrderTheyEnded) {  // [DUR-31] [DUR-46]
  make("base", 9);
  make("next", 1, "", "base");
  make("last", 5, "", "next");
  PruneOptions old;
  old.ended_before = WallTime(std::chrono::seconds(10));

  EXPECT_THAT(prune(old), ElementsAre(id("last"), id("next"), id("base")));
  EXPECT_THAT(kept_, IsEmpty());
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(RetentionOfRuns, PruningKeepsWhatIsOpenOrNeeded) {  // [DUR-31] [DUR-46]
  make("open", std::nullopt);
  make("child", 1, "open");
  make("base", 2);
  make("next", std::nullopt, "", "base");
  make("young", 10);
  make("old", 9);
  PruneOptions old;
  old.ended_before = WallTime(std::chrono::seconds(10));

  EXPECT_THAT(prune(old), ElementsAre(id("old")));
  EXPECT_THAT(kept_, ElementsAre(id("base")));
  EXPECT_THAT(left(), UnorderedElementsAre("open", "child", "base", "next", "young"));
}

TEST_F(RetentionOfRuns, PruningKeepsThoseThatEndedLast) {  // [DUR-31]
  for (auto [run, at] : {std::pair("c", 3), {"a", 1}, {"b", 2}}) make(run, at);
  PruneOptions some;
  some.keep_last = 1;

  EXPECT_THAT(prune(some), ElementsAre(id("b"), id("a")));
  EXPECT_THAT(left(), ElementsAre("c"));
}

class KeepingRuns : public RetentionOfRuns {
 protected:
  KeepingRuns() { loop_.manual_clock().jump_wall(second(0) - loop_.clock().wall()); }
  void TearDown() override {
    keeping_.stop();
    loop_.run_ready();
    tasks_.join();
  }
  static WallTime second(int at) { return WallTime(std::chrono::seconds(at)); }
  void begin() {
    tasks_.spawn(keeping_.work());
    loop_.run_ready();
  }

  std::vector<KeepRuns> rules_{{"clerk", std::chrono::hours(1)}, {"other", std::nullopt}};
  bool is_broken_ = false;
  int asked_ = 0;

 private:
  RootGroup tasks_{loop_};
  run::Keeping keeping_{{loop_, executor_, *store_, null_logger(), [this] {
                           ++asked_;
                           if (is_broken_) throw failed("config.agent", "a file is wrong");
                           return rules_;
                         }}};
};

TEST_F(KeepingRuns, ErasesWhatIsOlderThanItsAgentSays) {  // [DUR-31]
  make("old", 0);
  make("young", 1'200);
  make("open", std::nullopt);
  begin();
  EXPECT_THAT(left(), UnorderedElementsAre("old", "young", "open"));

  loop_.advance(std::chrono::minutes(59));
  EXPECT_THAT(left(), UnorderedElementsAre("old", "young", "open"));
  loop_.advance(std::chrono::minutes(11));
  EXPECT_THAT(left(), UnorderedElementsAre("young", "open"));
  loop_.advance(std::chrono::minutes(20));
  EXPECT_THAT(left(), ElementsAre("open"));
}

TEST_F(KeepingRuns, KeepsThoseOfAgentsThatSayNothing) {  // [DUR-31]
  make("old", 0);
  rules_ = {{"clerk", std::nullopt}, {"other", std::chrono::hours(1)}};
  begin();

  loop_.advance(std::chrono::hours(5));

  EXPECT_THAT(left(), ElementsAre("old"));
}

TEST_F(KeepingRuns, GoesOnAfterAPassThatFailed) {
  make("old", 0);
  loop_.manual_clock().jump_wall(std::chrono::hours(2));
  is_broken_ = true;
  begin();
  EXPECT_THAT(left(), ElementsAre("old"));

  is_broken_ = false;
  loop_.advance(std::chrono::minutes(11));

  EXPECT_THAT(left(), IsEmpty());
  EXPECT_EQ(asked_, 2) << "it rests in between";
}

TEST_F(RetentionOfRuns, PruningTakesSomeAtATime) {  // [DUR-31]
  for (auto run : {"a", "b", "c"}) make(run, 1);
  PruneOptions some;
  some.ended_before = WallTime(std::chrono::seconds(10));
  some.at_most = 2;

  EXPECT_EQ(prune(some).size(), 2);
  EXPECT_EQ(left().size(), 1);
}

}  // namespace
}  // namespace executus
