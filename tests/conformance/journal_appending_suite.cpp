// What a store takes: runs, and entries in their order.
#include <limits>

#include "conformance/journal_store_suite.hpp"

namespace executus::testing {
namespace {

using journal::AdmitVerdict;
using journal::AppendVerdict;
using journal::Responded;
using journal::Start;
using std::chrono::hours;
using ::testing::ElementsAre;

TEST_P(JournalStoreSuite, AdmitsARunWithItsFirstEntry) {  // [DUR-01]
  auto row = admit("r");

  EXPECT_EQ(row.status, RunStatus::running);
  EXPECT_EQ(row.epoch, 1);
  EXPECT_EQ(row.attempts, 1);
  EXPECT_EQ(row.last_seq, 1u);
  EXPECT_FALSE(row.worker.empty());
  EXPECT_EQ(find("r").worker, row.worker);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted"));
}

TEST_P(JournalStoreSuite, AdmitsAQueuedRunForAnyWorker) {
  auto row = admit("r", Start::queued);

  EXPECT_EQ(row.status, RunStatus::queued);
  EXPECT_EQ(row.attempts, 0);
  EXPECT_TRUE(row.worker.empty());
  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
}

TEST_P(JournalStoreSuite, AnswersARepeatedAdmissionWithTheRunThatExists) {  // [DUR-28]
  admit("r");

  auto again = run(store_->admit(admission("r")));

  EXPECT_EQ(again.verdict, AdmitVerdict::exists);
  EXPECT_EQ(again.row.id, id("r"));
  EXPECT_THAT(kinds("r"), ElementsAre("admitted"));
}

TEST_P(JournalStoreSuite, RefusesAnAdmissionOfAnotherRunUnderTheSameId) {  // [DUR-28]
  admit("r");
  auto other = admission("r");
  other.fingerprint = "another input";

  EXPECT_EQ(run(store_->admit(std::move(other))).verdict, AdmitVerdict::conflict);
}

TEST_P(JournalStoreSuite, AppendsInOrderAndReadsBackWhatWasWritten) {  // [DUR-01]
  auto row = admit("r");
  append(row, {response("one"), steered()});
  append(find("r"), {response("two")});

  auto entries = run(store_->read(id("r"), 1, 2));

  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "responded", "steered", "responded"));
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].seq, 2u);
  EXPECT_EQ(entries[0].at, clock_.wall());
  EXPECT_EQ(entries[0].elapsed, Milliseconds(5));
  EXPECT_EQ(std::get<Responded>(entries[0].payload).response.message.text(), "one");
}

// What is not stored is not there, also where the journal is in memory.
TEST_P(JournalStoreSuite, GivesBackWhatItsCodecKeeps) {  // [DUR-01]
  auto row = admit("r");
  auto answered = std::get<Responded>(response("caf\xe9"));
  answered.response.raw = std::make_shared<const std::string>("the answer's bytes");
  append(row, {answered});

  auto entries = run(store_->read(id("r"), 1, 10));

  ASSERT_EQ(entries.size(), 1u);
  const auto& read = std::get<Responded>(entries[0].payload).response;
  EXPECT_EQ(read.message.text(), "caf\xef\xbf\xbd");
  EXPECT_EQ(read.usage, answered.response.usage);
  EXPECT_FALSE(read.raw);
  EXPECT_EQ(entries[0].at, clock_.wall());
  EXPECT_EQ(entries[0].elapsed, Milliseconds(5));
}

TEST_P(JournalStoreSuite, KeepsTheRowInStepWithTheJournal) {
  append(admit("r"), {response(), response()});
  clock_.advance(Milliseconds(7));
  append(find("r"), {waited(WaitReason::timer, clock_.wall() + hours(1))});

  auto row = find("r");

  EXPECT_EQ(row.status, RunStatus::waiting);
  EXPECT_EQ(row.reason, "timer");
  EXPECT_EQ(row.wake_at, clock_.wall() + hours(1));
  EXPECT_EQ(row.steps, 2);
  EXPECT_EQ(row.usage, (llm::Usage{20, 6, 8, 4, 2}));
  EXPECT_EQ(row.last_seq, 4u);
  EXPECT_EQ(row.updated - row.created, Milliseconds(7));
}

TEST_P(JournalStoreSuite, ARunThatGoesOnWaitsForNothing) {
  append(admit("r"), {waited(WaitReason::timer, clock_.wall() + hours(1))});
  append(find("r"), {response()});

  auto row = find("r");

  EXPECT_EQ(row.status, RunStatus::running);
  EXPECT_EQ(row.reason, "");
  EXPECT_EQ(row.wake_at, std::nullopt);
}

TEST_P(JournalStoreSuite, RefusesAnAppendThatLeavesAGap) {
  auto row = admit("r");
  row.last_seq = 7;

  EXPECT_THROW(append(row, {response()}), Error);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted"));
}

TEST_P(JournalStoreSuite, RefusesEntriesThatDoNotFollowEachOther) {
  auto append = append_to(admit("r"), {response(), response()});
  append.entries[1].seq = 4;

  EXPECT_THROW(run(store_->append(append)), Error);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted"));
}

TEST_P(JournalStoreSuite, RowSumsStopAtTheLargestNumber) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  journal::Spent spent{"lab/model", {most - 1, most - 1, most - 1, most - 1, most - 1}};
  auto row = admit("r");
  for (int i = 0; i < 3; ++i) append(find("r"), {spent});
  append(find("r"), {spent, spent});

  EXPECT_EQ(find("r").usage, (llm::Usage{most, most, most, most, most}));
}

TEST_P(JournalStoreSuite, RefusesAnotherEpochsAppend) {  // [DUR-17]
  auto row = admit("r");
  row.epoch = 2;

  EXPECT_EQ(append(row, {response()}).verdict, AppendVerdict::ownership_lost);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted"));
}

TEST_P(JournalStoreSuite, RefusesAnAppendToARunItDoesNotDrive) {
  auto row = admit("r", Start::queued);

  EXPECT_EQ(append(row, {response()}).verdict, AppendVerdict::ownership_lost);
}

// The answer to the first one was lost on the way.
TEST_P(JournalStoreSuite, RecognisesAnAppendThatIsRepeated) {  // [DUR-23]
  auto row = admit("r");
  append(row, {response("same")});

  EXPECT_EQ(append(row, {response("same")}).verdict, AppendVerdict::appended);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "responded"));
  EXPECT_EQ(find("r").steps, 1);
}

TEST_P(JournalStoreSuite, WritesOnlyWhatIsMissingOfARepeatedAppend) {  // [DUR-23]
  auto row = admit("r");
  append(row, {response("same")});

  append(row, {response("same"), response("new")});

  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "responded", "responded"));
  EXPECT_EQ(find("r").steps, 2);
}

TEST_P(JournalStoreSuite, DoesNotTakeAnotherEntryForARepeatedOne) {
  auto row = admit("r");
  append(row, {response("one")});

  EXPECT_THROW(append(row, {response("two")}), Error);
  EXPECT_EQ(find("r").steps, 1);
}

TEST_P(JournalStoreSuite, RecognisesTheRepeatedEndOfARun) {  // [DUR-23]
  auto row = admit("r");
  append(row, {ended()});

  EXPECT_EQ(append(row, {ended()}).verdict, AppendVerdict::appended);
  EXPECT_EQ(append(find("r"), {response()}).verdict, AppendVerdict::ownership_lost);
}

TEST_P(JournalStoreSuite, PutsDeferredEntriesBeforeTheNextAppend) {  // [DUR-03]
  auto row = admit("r");
  store_->append_deferred(append_to(row, {steered("one")}));
  row.last_seq = 2;
  store_->append_deferred(append_to(row, {steered("two")}));
  row.last_seq = 3;

  EXPECT_EQ(append(row, {response()}).verdict, AppendVerdict::appended);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "steered", "steered", "responded"));
}

TEST_P(JournalStoreSuite, RecognisesAnAppendOfWhatWasDeferred) {  // [DUR-03]
  auto row = admit("r");
  auto deferred = append_to(row, {steered("one")});
  store_->append_deferred(deferred);

  EXPECT_EQ(run(store_->append(deferred)).verdict, AppendVerdict::appended);

  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "steered"));
  row.last_seq = 2;
  EXPECT_EQ(append(row, {response()}).verdict, AppendVerdict::appended);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "steered", "responded"));
}

TEST_P(JournalStoreSuite, WritesDeferredEntriesBeforeItGivesARunBack) {
  auto row = admit("r");
  store_->append_deferred(append_to(row, {steered()}));

  run(store_->release(row.id, row.epoch, journal::Attempt::does_not_count));

  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "steered"));
}

TEST_P(JournalStoreSuite, WritesDeferredEntriesWhenItIsClosed) {
  auto other = place_->open_worker();
  store_->append_deferred(append_to(admit("r"), {steered()}));

  store_ = nullptr;

  EXPECT_EQ(run(other->read(id("r"), 0, 10)).size(), 2u);
}

TEST_P(JournalStoreSuite, ShowsAGapThatADeferredEntryLeft) {
  auto row = admit("r");
  auto beyond = row;
  beyond.last_seq = 4;
  store_->append_deferred(append_to(beyond, {steered()}));

  beyond.last_seq = 5;
  EXPECT_THROW(append(beyond, {response()}), Error);
  EXPECT_EQ(append(row, {response()}).verdict, AppendVerdict::appended);
}

}  // namespace
}  // namespace executus::testing
