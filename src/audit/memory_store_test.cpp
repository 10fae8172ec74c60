// What a store of audits does besides being read: stays, and forgetting.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/audit/memory_store.hpp>

namespace executus::audit {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class AuditStoreTest : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return block_on(*loop_, std::move(task));
  }
  static RunId id(const std::string& name) { return *RunId::parse(name); }
  static WallTime minute(int n) { return WallTime(std::chrono::minutes(n)); }
  static RunInfo info_at(const std::string& name, WallTime at, const std::string& caller = "ann") {
    RunInfo info;
    info.run = id(name);
    info.caller = caller;
    info.started_at = at;
    return info;
  }
  int start(const std::string& name, WallTime at) { return run(store_.start(info_at(name, at))); }
  void finish(const std::string& name, int stay, RunStatus status, WallTime at) {
    RunStats stats;
    stats.status = status;
    run(store_.finish(id(name), stay, stats, at));
  }
  std::vector<std::string> kept() {
    std::vector<std::string> names;
    for (const auto& each : run(store_.list(AuditFilter()))) names.push_back(each.info.run.str());
    return names;
  }

  std::unique_ptr<Loop> loop_ = make_loop(1);
  MemoryAudit store_;
};

TEST_F(AuditStoreTest, GoesOnWithTheRecordOfARunThatIsTakenUpAgain) {  // [AUD-02] [AUD-09]
  EXPECT_EQ(start("a", minute(1)), 1);
  run(store_.append(id("a"), {0, minute(1), "step", {}}));
  finish("a", 1, RunStatus::waiting, minute(2));
  EXPECT_EQ(run(store_.start(info_at("a", minute(3), "somebody else"))), 2);
  run(store_.append(id("a"), {0, minute(3), "step", {}}));

  auto found = *run(store_.find(id("a")));
  EXPECT_EQ(found.stats.status, RunStatus::running);
  EXPECT_EQ(found.info.caller, "ann");
  EXPECT_EQ(found.info.started_at, minute(1));
  EXPECT_EQ(found.stays, 2);
  auto events = run(store_.events(id("a"), 0, 10));
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[1].seq, 2u) << "numbers go on";
}

// The process that parked the run may be slower than the one that goes on with it.
TEST_F(AuditStoreTest, TakesNoEndOfAStayThatAnotherOneFollowed) {  // [AUD-02] [AUD-04]
  start("a", minute(1));
  start("a", minute(2));
  finish("a", 1, RunStatus::waiting, minute(3));
  EXPECT_EQ(run(store_.find(id("a")))->stats.status, RunStatus::running);
  finish("a", 2, RunStatus::ok, minute(4));
  EXPECT_EQ(run(store_.find(id("a")))->ended, minute(4));
  start("a", minute(5));
  EXPECT_FALSE(run(store_.find(id("a")))->ended) << "it was retried";
}

TEST_F(AuditStoreTest, KnowsNothingOfARunWithoutARecord) {  // [AUD-02]
  run(store_.append(id("a"), {0, minute(1), "step", {}}));
  finish("a", 1, RunStatus::ok, minute(1));
  EXPECT_THAT(kept(), IsEmpty());
  EXPECT_THAT(run(store_.events(id("a"), 0, 10)), IsEmpty());
}

TEST_F(AuditStoreTest, ErasesARun) {  // [AUD-02] [AUD-09]
  start("a", minute(1));
  start("b", minute(1));
  run(store_.append(id("a"), {0, minute(1), "step", {}}));
  EXPECT_TRUE(run(store_.erase(id("a"))));
  EXPECT_FALSE(run(store_.erase(id("a"))));
  EXPECT_THAT(kept(), ElementsAre("b"));
  EXPECT_THAT(run(store_.events(id("a"), 0, 10)), IsEmpty());
}

TEST_F(AuditStoreTest, PurgesWhatIsOlder) {  // [AUD-08]
  for (const char* name : {"old", "waits", "told of late", "died", "new"}) {
    std::string run_id(name);
    std::ranges::replace(run_id, ' ', '-');
    start(run_id, minute(run_id == "new" ? 10 : 1));
  }
  finish("old", 1, RunStatus::ok, minute(9));
  finish("waits", 1, RunStatus::waiting, minute(2));
  run(store_.append(id("told-of-late"), {0, minute(10), "step", {}}));

  EXPECT_EQ(run(store_.purge(minute(9))), 1u) << "what died without a word";
  EXPECT_EQ(run(store_.purge(minute(9) + Milliseconds(1))), 1u);
  EXPECT_THAT(kept(), ElementsAre("new", "told-of-late", "waits"));
  EXPECT_FALSE(run(store_.find(id("old"))));
}

}  // namespace
}  // namespace executus::audit
