// Small parts: decisions, and locks.
#include <utility>

#include <executus/testing/manual_loop.hpp>

#include "store/sqlite/connection/liveness.hpp"
#include "store/sqlite/connection/lock_holder.hpp"
#include "store/sqlite/connection/locks.hpp"
#include "store/sqlite/store_fixture_test.hpp"
#include "store/sqlite/wal_upkeep.hpp"

namespace executus::sqlite {
namespace {

TEST(WalUpkeep, IsDueWhenTheWalIsLongAndNotAgainUntilItIsMuchLonger) {
  WalUpkeep upkeep;
  EXPECT_FALSE(upkeep.is_due(kWalPages - 1));
  EXPECT_TRUE(upkeep.is_due(kWalPages));
  upkeep.tried();
  EXPECT_FALSE(upkeep.is_due(kWalPages + 1));
  EXPECT_TRUE(upkeep.is_due(2 * kWalPages));
}

TEST(WalUpkeep, CountsAnewWhenTheWalWasBegunAnew) {
  WalUpkeep upkeep;
  EXPECT_TRUE(upkeep.is_due(kWalPages));
  upkeep.tried();
  EXPECT_FALSE(upkeep.is_due(10));
  EXPECT_TRUE(upkeep.is_due(kWalPages));
}

TEST(CheckpointLock, KeepsWritingAndCheckpointsApart) {
  TemporaryFolder directory;
  CheckpointLock one(directory / "j.db"), other(directory / "j.db");
  {
    auto writing = one.for_writing(Milliseconds(0));
    auto also_writing = other.for_writing(Milliseconds(0));
    EXPECT_FALSE(CheckpointLock(directory / "j.db").try_for_checkpoint());
  }
  auto checkpoint = one.try_for_checkpoint();
  ASSERT_TRUE(checkpoint);
  EXPECT_FALSE(other.try_for_checkpoint());
  EXPECT_EQ(error_code_of([&] { return other.for_writing(Milliseconds(1)); }), "store.locked");
}

TEST(WorkerLocks, ShowWhoLives) {  // [DUR-17]
  TemporaryFolder directory;
  WorkerLocks mine(directory / "j.db"), theirs(directory / "j.db");
  ASSERT_TRUE(mine.hold(3));

  EXPECT_TRUE(theirs.is_held(3));
  EXPECT_FALSE(theirs.is_held(4));
  EXPECT_FALSE(theirs.hold(3));
  mine.let_go(3);
  EXPECT_FALSE(theirs.is_held(3));
}

// What one machine knows of the workers of another one, or of its own.
class LivenessAt : public ::testing::Test {
 protected:
  Liveness at(Place here) { return {directory_ / "j.db", clock_, std::move(here)}; }

  TemporaryFolder directory_;
  testing::ManualClock clock_;
};

TEST_F(LivenessAt, AWorkerOfAnEarlierBootOfThisMachineIsDead) {  // [DUR-17]
  auto liveness = at({"machine", "boot"});

  EXPECT_FALSE(liveness.is_alive({1, {"machine", "an earlier boot"}, 5}));
  EXPECT_TRUE(liveness.is_alive({2, {"another machine", "an earlier boot"}, 5}));
}

TEST_F(LivenessAt, AWorkerOfThisBootWithoutItsLockIsDead) {  // [DUR-17]
  EXPECT_FALSE(at({"machine", "boot"}).is_alive({1, {"machine", "boot"}, 5}));
  EXPECT_FALSE(at({"", "boot"}).is_alive({1, {"", "boot"}, 5})) << "the boot alone says which machine it is";
  WorkerLocks locks(directory_ / "j.db");
  ASSERT_TRUE(locks.hold(1));
  EXPECT_TRUE(at({"machine", "boot"}).is_alive({1, {"machine", "boot"}, 5}));
}

// Containers often have no machine id: that two of them have none does not make them one.
TEST_F(LivenessAt, MachinesWithoutAnIdDoNotTakeEachOthersRuns) {  // [DUR-17]
  for (const Place& nowhere : {Place{"", "boot"}, Place{"", ""}}) {
    auto liveness = at(nowhere);
    WorkerSeen elsewhere{1, {"", nowhere.boot.empty() ? "" : "another boot"}, 5};

    EXPECT_FALSE(liveness.is_certainly_dead(elsewhere));
    EXPECT_TRUE(liveness.is_alive(elsewhere));
    clock_.advance(kLease - Milliseconds(1));
    EXPECT_TRUE(liveness.is_alive(elsewhere));
    clock_.advance(Milliseconds(1));
    EXPECT_FALSE(liveness.is_alive(elsewhere)) << "its beat stood still for the lease";
  }
}

// Where the kernel tells no boot id, the lock decides on the machine that is known to be the same.
TEST_F(LivenessAt, WithoutABootIdTheLockDecidesOnOneMachine) {  // [DUR-17]
  auto liveness = at({"machine", ""});
  EXPECT_TRUE(liveness.is_certainly_dead({1, {"machine", ""}, 5}));
  WorkerLocks locks(directory_ / "j.db");
  ASSERT_TRUE(locks.hold(1));
  EXPECT_FALSE(liveness.is_certainly_dead({1, {"machine", ""}, 5}));
  EXPECT_FALSE(liveness.is_certainly_dead({1, {"machine", "a boot"}, 5})) << "it may be this one";
}

TEST(Liveness, AWorkerElsewhereIsDeadWhenItsBeatStandsStillForTheLease) {  // [DUR-17]
  TemporaryFolder directory;
  testing::ManualClock clock;
  Liveness liveness(directory / "j.db", clock);
  WorkerSeen worker{1, {"another machine", "its boot"}, 5};
  EXPECT_TRUE(liveness.is_alive(worker));
  clock.advance(kLease - Milliseconds(1));
  ++worker.beat;
  EXPECT_TRUE(liveness.is_alive(worker));
  clock.advance(kLease - Milliseconds(1));
  EXPECT_TRUE(liveness.is_alive(worker));
  clock.advance(Milliseconds(1));
  EXPECT_FALSE(liveness.is_alive(worker));
}

TEST(LockHolder, ReadsTheKernelsTable) {
  constexpr const char* locks =
      "1: FLOCK  ADVISORY  WRITE 11 fe:00:500 0 EOF\n"
      "2: POSIX  ADVISORY  READ  12 fe:00:500 120 120\n"
      "3: POSIX  ADVISORY  WRITE 13 fe:00:501 120 120\n"
      "3: -> POSIX  ADVISORY  WRITE 14 fe:00:500 120 120\n"
      "4: POSIX  ADVISORY  WRITE 15 fe:00:500 100 119\n"
      "5: POSIX  ADVISORY  WRITE 16 fe:00:500 120 EOF\n";

  EXPECT_EQ(lock_holder(locks, 500, 120), 16);
  EXPECT_EQ(lock_holder(locks, 501, 120), 13);
  EXPECT_EQ(lock_holder(locks, 502, 120), std::nullopt);
}

}  // namespace
}  // namespace executus::sqlite
