// What a run saves while it goes on, and when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkpoint/kept_run_test.hpp"

namespace executus::checkpoint {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(SnapshotCheckpointer, SavesAfterEveryStepWithTheTranscriptSoFar) {  // [CK-04]
  KeptRun run;
  run.append(responded("looking", {kCall}));
  EXPECT_THAT(run.store.saved, IsEmpty()) << "the step is not over before its calls are answered";
  run.append(settled({0, 0}, "a cat"), Boundary::plain, Durable::deferred);
  run.step("it is a cat");

  EXPECT_THAT(run.saved_iterations(), ElementsAre(1, 2));
  EXPECT_THAT(texts_of(run.store.saved[0].messages), ElementsAre("what is this?", "looking", "[a cat]"));
  EXPECT_THAT(texts_of(run.store.saved[1].messages), ElementsAre("what is this?", "looking", "[a cat]", "it is a cat"));
}

TEST(SnapshotCheckpointer, SavesNothingForEntriesThatMayWait) {  // [CK-23]
  KeptRun run;
  run.append(responded("paying", {kCall}));
  run.append(journal::Intended{{0, 0}, "k", "keyed"}, Boundary::gated, Durable::deferred);
  EXPECT_THAT(run.store.saved, IsEmpty());
}

TEST(SnapshotCheckpointer, KeepsTheOpeningMessageWithItsImages) {  // [CK-05]
  KeptRun run;
  run.step("a cat");
  EXPECT_EQ(run.store.saved.at(0).messages[0], picture_question());
}

TEST(SnapshotCheckpointer, KeepsTheTranscriptUncompacted) {  // [CK-06]
  KeptRun run;
  run.step("one");
  run.append(journal::Compacted{2, "summary", 10, 1, {}, ""});
  run.append(journal::Steered{llm::user_message("go on"), "steer"});
  run.step("two");
  EXPECT_THAT(texts_of(run.store.saved.back().messages), ElementsAre("what is this?", "one", "go on", "two"));
}

TEST(SnapshotCheckpointer, LetsTheRunGoOnWhenSavingFails) {  // [CK-08]
  KeptRun run;
  run.store.down = true;
  EXPECT_NO_THROW(run.step("one"));
  EXPECT_THAT(run.log.lines, ElementsAre(HasSubstr("the store is away")));

  run.store.down = false;
  run.step("two");

  EXPECT_THAT(run.saved_iterations(), ElementsAre(2));
}

TEST(SnapshotCheckpointer, SavesEachPhaseWithAListOfItsOwn) {  // [CK-10]
  KeptRun run;
  run.append(journal::PhaseStarted{0, "plan", "", "m"});
  run.append(journal::PhaseEnded{0, "plan", journal::PhaseEnd::completed, "the plan", ""});
  run.append(journal::PhaseStarted{1, "write", "", "m"});
  run.append(journal::PhaseEnded{1, "write", journal::PhaseEnd::fallback, "a stub", "no model"});

  ASSERT_THAT(run.store.saved, SizeIs(2));
  EXPECT_THAT(run.store.saved[0].past.phases, SizeIs(1)) << "a save is not changed by what comes later";
  ASSERT_THAT(run.store.saved[1].past.phases, SizeIs(2));
  EXPECT_EQ(run.store.saved[1].past.phases[0].output, "the plan");
  EXPECT_EQ(run.store.saved[1].past.phases[1].name, "write");
}

TEST(SnapshotCheckpointer, KeepsWhatEveryPhaseStartsWith) {  // [CK-10] [CK-05]
  KeptRun run;
  run.append(journal::PhaseStarted{0, "plan", "", "m"});
  run.step("planning");
  EXPECT_EQ(run.store.saved.at(0).past.iteration, 1);
  EXPECT_THAT(texts_of(run.store.saved.at(0).messages), ElementsAre("what is this?"));
}

TEST(SnapshotCheckpointer, SkipsSavesWithinTheThrottleExceptTheFirst) {  // [CK-23] [CK-26]
  KeptRun run(Milliseconds{1'000});
  run.step("one");
  run.loop.advance(Milliseconds{999});
  run.step("two");
  EXPECT_THAT(run.saved_iterations(), ElementsAre(1));

  run.loop.advance(Milliseconds{1});
  run.append(journal::Steered{llm::user_message("hm"), "steer"});
  EXPECT_THAT(run.saved_iterations(), ElementsAre(1)) << "no step ended";
  run.step("three");

  EXPECT_THAT(run.saved_iterations(), ElementsAre(1, 3));
}

TEST(SnapshotCheckpointer, SavesEveryStepWithoutAThrottle) {  // [CK-23]
  for (auto throttle : {Milliseconds{0}, Milliseconds{-5}}) {
    KeptRun run(throttle);
    run.step("one");
    run.step("two");
    EXPECT_THAT(run.saved_iterations(), ElementsAre(1, 2));
  }
}

TEST(SnapshotCheckpointer, DoesNotCountASaveThatFailedForTheThrottle) {  // [CK-24]
  KeptRun run(Milliseconds{1'000});
  run.store.down = true;
  run.step("one");
  run.store.down = false;
  run.step("two");
  EXPECT_THAT(run.saved_iterations(), ElementsAre(2));
}

TEST(SnapshotCheckpointer, TakesTheTimeFromTheClockItIsGiven) {  // [CK-26]
  KeptRun run;
  run.loop.advance(Milliseconds{12'345});
  run.step("one");
  EXPECT_EQ(run.store.saved.at(0).updated_at, run.loop.clock().wall());
}

TEST(SnapshotCheckpointer, SavesAGatedIntentAtOnceWhateverTheThrottle) {
  KeptRun run(Milliseconds{60'000});
  run.step("one");
  run.append(responded("paying", {kCall}));
  EXPECT_THAT(run.store.saved, SizeIs(1));

  run.append(journal::Intended{{1, 0}, "key", "irreversible"}, Boundary::gated);

  ASSERT_THAT(run.store.saved, SizeIs(2));
  EXPECT_THAT(texts_of(run.store.saved[1].messages).back(), HasSubstr("it may have happened"));
  run.append(settled({1, 0}, "paid"), Boundary::gated);
  EXPECT_EQ(texts_of(run.store.saved.back().messages).back(), "[paid]");
}

TEST(SnapshotCheckpointer, HoldsTheGateUntilTheSaveSucceeds) {
  KeptRun run;
  run.append(responded("paying", {kCall}));
  auto intent = run.entries(journal::Intended{{0, 0}, "key", "irreversible"});
  auto send = [&] { return run.checkpointer->append(intent, Durable::awaited, Boundary::gated, {}); };
  run.store.down = true;
  EXPECT_THROW((void)run.loop.run(send()), Error);

  run.store.down = false;
  EXPECT_NO_THROW((void)run.loop.run(send())) << "the same entries again";

  EXPECT_THAT(run.store.saved, SizeIs(1));
}

TEST(SnapshotCheckpointer, KeepsUsageAndTime) {  // [DUR-11]
  KeptRun run;
  auto step = run.entries(responded("one"));
  std::get<journal::Responded>(step[0].payload).response.usage = {10, 5, 0, 0, 0};
  step[0].elapsed = Milliseconds{7'000};
  (void)run.loop.run(run.checkpointer->append(step, Durable::awaited, Boundary::plain, {}));
  auto record = run.interrupted().at(0);
  EXPECT_EQ(record.past.usage, (llm::Usage{10, 5, 0, 0, 0}));
  EXPECT_EQ(record.elapsed, Milliseconds{7'000});

  Progress continued(record);
  EXPECT_EQ(continued.snapshot({}).past.usage, record.past.usage) << "and it goes on from there";
  EXPECT_EQ(continued.snapshot({}).elapsed, record.elapsed);
}

}  // namespace
}  // namespace executus::checkpoint
