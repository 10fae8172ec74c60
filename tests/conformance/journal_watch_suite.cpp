// A watch is told of what may have made a run claimable, whichever worker did it. A store that never tells is left out.
#include <condition_variable>
#include <mutex>

#include <executus/conformance/journal.hpp>

namespace executus::conformance {
namespace {

using journal::Attempt;
using journal::Start;

// Counts what one watch is told.
class Told final {
 public:
  explicit Told(journal::JournalStore& store) : watch_(store.watch([this] { tell(); })) {}
  [[nodiscard]] bool is_watching() const { return watch_ != nullptr; }

  // Whether something was told since the last time.
  bool comes() {
    constexpr auto kAtMost = std::chrono::minutes(1);  // a bound for a machine that is busy, not a measure
    std::unique_lock lock(mutex_);
    bool came = changed_.wait_for(lock, kAtMost, [this] { return told_ > seen_; });
    seen_ = told_;
    return came;
  }
  void stop() { watch_ = nullptr; }
  int times() {
    std::lock_guard lock(mutex_);
    return told_;
  }

 private:
  void tell() {
    std::lock_guard lock(mutex_);
    ++told_;
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  int told_ = 0, seen_ = 0;
  std::unique_ptr<journal::Watch> watch_;
};

// A worker that watches.
class Watcher final {
 public:
  explicit Watcher(JournalPlace& place) : store(place.open_worker()), told(*store) {}
  std::shared_ptr<journal::JournalStore> store;
  Told told;
};

TEST_P(JournalConformance, TellsAWatchOfAQueuedRun) {  // [API-11]
  if (skipped_without(Need::several_workers)) return;
  Watcher other(*place_);
  if (!other.told.is_watching()) GTEST_SKIP() << "this store never tells";

  admit("r", Start::queued);

  ASSERT_TRUE(run(other.store->find(id("r"))).has_value());
  EXPECT_TRUE(other.told.comes());
}

TEST_P(JournalConformance, TellsAWatchOfCommands) {  // [API-11]
  if (skipped_without(Need::several_workers)) return;
  Watcher other(*place_);
  if (!other.told.is_watching()) GTEST_SKIP() << "this store never tells";
  admit("r");
  ASSERT_TRUE(run(other.store->find(id("r"))).has_value());

  post("r", "cancel");

  EXPECT_TRUE(other.told.comes());
}

TEST_P(JournalConformance, TellsAWatchOfRunsThatAreGivenBackParkedOrOver) {  // [API-11]
  if (skipped_without(Need::several_workers)) return;
  Watcher other(*place_);
  if (!other.told.is_watching()) GTEST_SKIP() << "this store never tells";
  auto row = admit("r");
  ASSERT_TRUE(run(other.store->find(id("r"))).has_value());

  append(row, {waited(WaitReason::child)});
  EXPECT_TRUE(other.told.comes()) << "the child may have ended meanwhile";
  run(store_->release(row.id, row.epoch, Attempt::counts));
  EXPECT_TRUE(other.told.comes());
  auto over = admit("over");
  append(over, {ended()});
  EXPECT_TRUE(other.told.comes()) << "its parent may go on";
}

TEST_P(JournalConformance, TellsAWatchOfALiftedQuarantine) {  // [API-11]
  if (skipped_without(Need::several_workers)) return;
  auto row = admit("r");
  run(store_->quarantine(row.id, row.epoch, "three attempts"));
  Watcher other(*place_);
  if (!other.told.is_watching()) GTEST_SKIP() << "this store never tells";
  ASSERT_TRUE(run(other.store->find(id("r"))).has_value());

  ASSERT_TRUE(run(store_->lift_quarantine(row.id)));

  EXPECT_TRUE(other.told.comes());
}

TEST_P(JournalConformance, TellsAWatchOfWhatItsOwnWorkerDid) {  // [API-11]
  Told own(*store_);
  if (!own.is_watching()) GTEST_SKIP() << "this store never tells";
  admit("r", Start::queued);
  EXPECT_TRUE(own.comes());
}

TEST_P(JournalConformance, TellsNoWatchThatHasEnded) {
  Told still(*store_), over(*store_);
  if (!still.is_watching()) GTEST_SKIP() << "this store never tells";
  over.stop();
  int before = over.times();

  admit("r", Start::queued);

  ASSERT_TRUE(still.comes());
  EXPECT_EQ(over.times(), before);
}

}  // namespace
}  // namespace executus::conformance
