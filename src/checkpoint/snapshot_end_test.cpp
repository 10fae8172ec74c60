// What becomes of the record of a run that ends, is left or parks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkpoint/kept_run_test.hpp"

namespace executus::checkpoint {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(SnapshotCheckpointer, SavesARunThatIsGivenBackOnce) {  // [CK-15]
  KeptRun run;
  run.step("one");
  auto record = run.interrupted().at(0);
  record.fruitless = 1;
  auto checkpointer = run.factory.resume(record);
  auto before = run.store.saved.size();
  for (int i = 0; i < 2; ++i) run.loop.run(checkpointer->leave(journal::Attempt::does_not_count));
  ASSERT_EQ(run.store.saved.size(), before + 1);
  EXPECT_EQ(run.store.saved.back().fruitless, 0);
}

TEST(SnapshotCheckpointer, ForgetsARunThatEnded) {  // [CK-22]
  KeptRun good, bad;
  good.step("done");
  bad.step("not yet");
  EXPECT_THAT(good.interrupted(), SizeIs(1)) << "until it ends it is a recovery candidate";

  (void)good.loop.run(good.checkpointer->complete(good.entries(journal::Ended{RunStatus::ok, "", "", ""}), {}));
  (void)bad.loop.run(bad.checkpointer->fail(bad.entries(journal::Ended{RunStatus::error, "", "no", ""}), {}));
  good.loop.run(good.checkpointer->leave(journal::Attempt::counts));

  EXPECT_THAT(good.interrupted(), IsEmpty());
  EXPECT_THAT(bad.interrupted(), IsEmpty());
}

TEST(SnapshotCheckpointer, OnlyLogsThatTheRecordOfAnEndedRunStays) {  // [CK-18]
  KeptRun run;
  run.step("done");
  run.store.down = true;

  auto ended = run.entries(journal::Ended{RunStatus::ok, "", "", ""});
  EXPECT_NO_THROW((void)run.loop.run(run.checkpointer->complete(ended, {})));
  EXPECT_NO_THROW((void)run.loop.run(run.checkpointer->fail(ended, {})));

  EXPECT_THAT(run.log.lines, ElementsAre(HasSubstr("erase it"), HasSubstr("erase it")));
}

TEST(SnapshotCheckpointer, SaysThatTheRunIsOverWhenTheRecordStays) {  // [CK-18] [CK-22]
  KeptRun run(Milliseconds{60'000});
  run.step("one");
  run.step("done");
  run.store.keeps_all = true;

  (void)run.loop.run(run.checkpointer->fail(run.entries(journal::Ended{RunStatus::error, "", "no", "x"}), {}));

  auto left = run.interrupted().at(0);
  ASSERT_TRUE(left.ended);
  EXPECT_EQ(left.ended->error, "no");
  EXPECT_EQ(left.past.iteration, 2);
}

TEST(SnapshotCheckpointer, SaysThatTheRunIsOverWhenAShutdownBreaksOffItsEnd) {  // [CK-18] [DUR-15]
  KeptRun run(Milliseconds{60'000});
  run.step("one");
  run.store.stops_in_erase = true;
  auto last = run.entries(journal::Ended{RunStatus::ok, "one", "", ""});

  EXPECT_THROW((void)run.loop.run(run.checkpointer->complete(std::move(last), {})), Cancelled);
  run.loop.run(run.checkpointer->leave(journal::Attempt::does_not_count));

  ASSERT_THAT(run.interrupted(), SizeIs(1));
  EXPECT_TRUE(run.interrupted().at(0).ended);
}

// However short the throttle, and although no snapshot follows: the last phase would be gone through again.
TEST(SnapshotCheckpointer, SavesTheEndOfTheLastPhaseBeforeTheRecordIsErased) {  // [CK-10]
  KeptRun run(Milliseconds{60'000});
  run.append(journal::PhaseStarted{0, "plan", "", "m"});
  run.step("the plan");
  std::vector<journal::Entry> last = run.entries(journal::PhaseEnded{0, "plan", journal::PhaseEnd::completed, "p", ""});
  last.push_back(run.entries(journal::Ended{RunStatus::ok, "p", "", ""}).at(0));

  (void)run.loop.run(run.checkpointer->complete(last, {}));

  EXPECT_THAT(run.store.saved.back().past.phases, SizeIs(1));
  EXPECT_TRUE(run.store.saved.back().ended);
  EXPECT_THAT(run.interrupted(), IsEmpty());
}

TEST(SnapshotCheckpointer, CountsAttemptsInARowThatCameToNothing) {  // [CK-17] [DUR-14]
  KeptRun first;
  first.step("one");
  auto attempt = [&](auto then) {
    auto checkpointer = first.factory.resume(first.interrupted().at(0));
    first.loop.run(checkpointer->take_up());
    then(*checkpointer);
    return first.interrupted().at(0).fruitless;
  };
  auto dies = [](RunWriter&) {};
  auto is_left = [&](RunWriter& c) { first.loop.run(c.leave(journal::Attempt::counts)); };
  auto is_shut_down = [&](RunWriter& c) { first.loop.run(c.leave(journal::Attempt::does_not_count)); };
  auto waits = [&](RunWriter& c) {
    (void)first.loop.run(c.park(Entries(1)(journal::Waited{WaitReason::provider, {}, "", {}}), {}));
  };
  auto goes_on = [&](RunWriter& c) {
    (void)first.loop.run(c.append(Entries(1)(responded("two")), Durable::awaited, Boundary::plain, {}));
  };
  EXPECT_EQ(attempt(dies), 1);
  EXPECT_EQ(attempt(is_left), 2);
  EXPECT_EQ(attempt(is_shut_down), 2);
  EXPECT_EQ(attempt(waits), 2);
  EXPECT_EQ(attempt(goes_on), 0);
}

TEST(SnapshotCheckpointer, FlushesAndKeepsARunThatIsLeft) {  // [CK-22]
  KeptRun run(Milliseconds{60'000});
  run.step("one");
  run.step("two");
  run.loop.run(run.checkpointer->leave(journal::Attempt::does_not_count));
  run.loop.run(run.checkpointer->leave(journal::Attempt::does_not_count));

  EXPECT_THAT(run.saved_iterations(), ElementsAre(1, 2)) << "once is enough";
  EXPECT_THAT(run.interrupted(), SizeIs(1));
}

TEST(SnapshotCheckpointer, FlushesAndKeepsARunThatParks) {  // [CK-22]
  KeptRun run(Milliseconds{60'000});
  run.step("one");
  run.append(responded("asking", {kCall}));

  (void)run.loop.run(run.checkpointer->park(run.entries(journal::Waited{WaitReason::approval, {{1, 0}}, "", {}}), {}));

  EXPECT_THAT(texts_of(run.interrupted().at(0).messages), ElementsAre("what is this?", "one", "asking"));
}

TEST(SnapshotCheckpointer, HoldsARunThatCannotBeParked) {
  KeptRun run;
  run.store.down = true;
  auto waited = run.entries(journal::Waited{WaitReason::timer, {}, "", {}});
  EXPECT_THROW((void)run.loop.run(run.checkpointer->park(waited, {})), Error);
}

}  // namespace
}  // namespace executus::checkpoint
