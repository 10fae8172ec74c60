#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/checkpoint/snapshot_factory.hpp>
#include <executus/testing/manual_loop.hpp>

#include "checkpoint/entries_test.hpp"

namespace executus::checkpoint {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const llm::ToolCall kCall{"id", "tool", "{}"};

class Log final : public Logger {
 public:
  void log(LogLevel, std::string_view message) noexcept override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

RunInfo info() {
  RunInfo info;
  info.run = *RunId::parse("run-1");
  info.subject = "agent-7";
  info.name = "Researcher";
  info.caller = "caller";
  info.channel = "channel";
  info.guild = "guild";
  info.parent = *RunId::parse("run-0");
  info.model_tier = "smart";
  info.inputs = {{"prompt", "what is this?"}};
  return info;
}

// A run on a host that keeps snapshots, as the kernel drives its checkpointer.
struct KeptRun {
  explicit KeptRun(Milliseconds throttle = Milliseconds{0}) : factory(&store, throttle, loop.clock(), log) {
    checkpointer = loop.run(factory.begin(info()));
    append(admitted());
  }

  void append(journal::Payload payload, Boundary boundary = Boundary::plain, Durable when = Durable::awaited) {
    auto list = entries(std::move(payload));
    (void)loop.run(checkpointer->append(std::move(list), when, boundary, {}));
  }
  void step(std::string text) { append(responded(std::move(text))); }
  std::vector<int> saved_iterations() const {
    std::vector<int> iterations;
    for (const auto& checkpoint : store.saved) iterations.push_back(checkpoint.past.iteration);
    return iterations;
  }
  std::vector<RunCheckpoint> interrupted() { return loop.run(store.list_interrupted()); }

  testing::ManualLoop loop;
  FlakySnapshots store;
  Log log;
  SnapshotFactory factory;
  Entries entries;
  std::unique_ptr<Checkpointer> checkpointer;
};

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

TEST(SnapshotCheckpointer, SavesARunThatIsGivenBackOnce) {  // [CK-15]
  KeptRun run;
  run.step("one");
  auto record = run.interrupted().at(0);
  record.fruitless = 1;
  auto checkpointer = run.factory.resume(record);
  auto before = run.store.saved.size();
  for (int i = 0; i < 2; ++i) run.loop.run(checkpointer->leave(Checkpointer::Attempt::does_not_count));
  ASSERT_EQ(run.store.saved.size(), before + 1);
  EXPECT_EQ(run.store.saved.back().fruitless, 0);
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

TEST(SnapshotCheckpointer, ForgetsARunThatEnded) {  // [CK-22]
  KeptRun good, bad;
  good.step("done");
  bad.step("not yet");
  EXPECT_THAT(good.interrupted(), SizeIs(1)) << "until it ends it is a recovery candidate";

  (void)good.loop.run(good.checkpointer->complete(good.entries(journal::Ended{RunStatus::ok, "", "", ""}), {}));
  (void)bad.loop.run(bad.checkpointer->fail(bad.entries(journal::Ended{RunStatus::error, "", "no", ""}), {}));
  good.loop.run(good.checkpointer->leave(Checkpointer::Attempt::counts));

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
  run.loop.run(run.checkpointer->leave(Checkpointer::Attempt::does_not_count));

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

TEST(SnapshotCheckpointer, CountsAttemptsInARowThatCameToNothing) {  // [CK-17] [DUR-14]
  KeptRun first;
  first.step("one");
  auto attempt = [&](auto then) {
    auto checkpointer = first.factory.resume(first.interrupted().at(0));
    first.loop.run(checkpointer->take_up());
    then(*checkpointer);
    return first.interrupted().at(0).fruitless;
  };
  auto dies = [](Checkpointer&) {};
  auto is_left = [&](Checkpointer& c) { first.loop.run(c.leave(Checkpointer::Attempt::counts)); };
  auto is_shut_down = [&](Checkpointer& c) { first.loop.run(c.leave(Checkpointer::Attempt::does_not_count)); };
  auto waits = [&](Checkpointer& c) {
    (void)first.loop.run(c.park(Entries(1)(journal::Waited{WaitReason::provider, {}, "", {}}), {}));
  };
  auto goes_on = [&](Checkpointer& c) {
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
  run.loop.run(run.checkpointer->leave(Checkpointer::Attempt::does_not_count));
  run.loop.run(run.checkpointer->leave(Checkpointer::Attempt::does_not_count));

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

TEST(SnapshotFactory, DescribesTheRunInItsRecord) {  // [CK-20] [CK-27]
  KeptRun run;
  run.step("one");
  RunCheckpointMeta expected{*RunId::parse("run-1"), "agent-7", "Researcher",          "caller", "channel", "guild",
                             "what is this?",        "smart",   *RunId::parse("run-0")};
  EXPECT_EQ(run.store.saved.at(0).meta, expected);
}

TEST(SnapshotFactory, HasNoPromptWhenTheInputIsNoText) {  // [CK-27]
  testing::ManualLoop loop;
  FlakySnapshots store;
  SnapshotFactory factory(&store);
  auto asked = info();
  asked.inputs["prompt"] = 7;
  auto checkpointer = loop.run(factory.begin(asked));
  (void)loop.run(checkpointer->append(Entries()(admitted()), Durable::awaited, Boundary::gated, {}));
  EXPECT_EQ(store.saved.at(0).meta.prompt, "");
}

TEST(SnapshotFactory, KeepsNothingWithoutAStore) {  // [CK-25]
  testing::ManualLoop loop;
  SnapshotFactory factory(nullptr);
  Entries entries;
  auto checkpointer = loop.run(factory.begin(info()));
  ASSERT_NE(checkpointer, nullptr);
  (void)loop.run(checkpointer->append(entries(admitted()), Durable::awaited, Boundary::gated, {}));
  (void)loop.run(checkpointer->park(entries(journal::Waited{}), {}));
  loop.run(checkpointer->leave(Checkpointer::Attempt::counts));
  auto ended = loop.run(checkpointer->complete(entries(journal::Ended{}), {}));
  EXPECT_EQ(ended.verdict, journal::AppendVerdict::appended);
  EXPECT_EQ(checkpointer->may_dispatch(), Checkpointer::Dispatch::yes);
  EXPECT_EQ(checkpointer->keeps(), Checkpointer::Keeps::nothing);
}

TEST(SnapshotFactory, GoesOnWithTheRecordOfARunThatContinues) {  // [CK-22] [CK-05]
  KeptRun first;
  first.append(responded("looking", {kCall}));
  first.append(settled({0, 0}, "a cat"));
  auto record = first.interrupted().at(0);

  auto checkpointer = first.factory.resume(record);
  Entries entries(1);  // the kernel keeps the first entry to itself
  (void)first.loop.run(checkpointer->append(entries(responded("a cat")), Durable::awaited, Boundary::plain, {}));

  auto now = first.interrupted();
  ASSERT_THAT(now, SizeIs(1));
  EXPECT_EQ(now[0].meta, record.meta);
  EXPECT_EQ(now[0].past.iteration, 2);
  EXPECT_THAT(texts_of(now[0].messages), ElementsAre("what is this?", "looking", "[a cat]", "a cat"));
}

}  // namespace
}  // namespace executus::checkpoint
