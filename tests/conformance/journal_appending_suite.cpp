// What a store takes: runs, and entries in their order.
#include <limits>
#include <tuple>

#include <executus/conformance/journal.hpp>

namespace executus::conformance {
namespace {

using journal::AdmitVerdict;
using journal::AppendVerdict;
using journal::Responded;
using journal::Start;
using std::chrono::hours;
using ::testing::ElementsAre;

TEST_P(JournalConformance, AdmitsARunWithItsFirstEntry) {  // [DUR-01]
  auto row = admit("r");

  EXPECT_EQ(row.status, RunStatus::running);
  EXPECT_EQ(row.epoch, 1);
  EXPECT_EQ(row.attempts, 1);
  EXPECT_EQ(row.last_seq, 1u);
  EXPECT_FALSE(row.worker.empty());
  EXPECT_EQ(find("r").worker, row.worker);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted"));
}

TEST_P(JournalConformance, AdmitsAQueuedRunForAnyWorker) {
  auto row = admit("r", Start::queued);

  EXPECT_EQ(row.status, RunStatus::queued);
  EXPECT_EQ(row.attempts, 0);
  EXPECT_TRUE(row.worker.empty());
  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
}

TEST_P(JournalConformance, AnswersARepeatedAdmissionWithTheRunThatExists) {  // [DUR-28]
  admit("r");

  auto again = run(store_->admit(admission("r")));

  EXPECT_EQ(again.verdict, AdmitVerdict::exists);
  EXPECT_EQ(again.row.id, id("r"));
  EXPECT_THAT(kinds("r"), ElementsAre("admitted"));
}

TEST_P(JournalConformance, RefusesAnAdmissionOfAnotherRunUnderTheSameId) {  // [DUR-28]
  admit("r");
  auto other = admission("r");
  other.fingerprint = "another input";

  EXPECT_EQ(run(store_->admit(std::move(other))).verdict, AdmitVerdict::conflict);
}

TEST_P(JournalConformance, AppendsInOrderAndReadsBackWhatWasWritten) {  // [DUR-01]
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
TEST_P(JournalConformance, GivesBackWhatItsCodecKeeps) {  // [DUR-01]
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

TEST_P(JournalConformance, KeepsTheRowInStepWithTheJournal) {
  if (skipped_without(Need::clock)) return;
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

TEST_P(JournalConformance, ARunThatGoesOnWaitsForNothing) {
  if (skipped_without(Need::clock)) return;
  append(admit("r"), {waited(WaitReason::timer, clock_.wall() + hours(1))});
  append(find("r"), {response()});

  auto row = find("r");

  EXPECT_EQ(row.status, RunStatus::running);
  EXPECT_EQ(row.reason, "");
  EXPECT_EQ(row.wake_at, std::nullopt);
}

TEST_P(JournalConformance, RefusesAnAppendThatLeavesAGap) {
  auto row = admit("r");
  row.last_seq = 7;

  EXPECT_THROW(append(row, {response()}), Error);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted"));
}

TEST_P(JournalConformance, RefusesEntriesThatDoNotFollowEachOther) {
  auto append = append_to(admit("r"), {response(), response()});
  append.entries[1].seq = 4;

  EXPECT_THROW(run(store_->append(append)), Error);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted"));
}

TEST_P(JournalConformance, RowSumsStopAtTheLargestNumber) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  journal::Spent spent{"lab/model", {most - 1, most - 1, most - 1, most - 1, most - 1}};
  auto row = admit("r");
  for (int i = 0; i < 3; ++i) append(find("r"), {spent});
  append(find("r"), {spent, spent});

  EXPECT_EQ(find("r").usage, (llm::Usage{most, most, most, most, most}));
}

TEST_P(JournalConformance, RefusesAnotherEpochsAppend) {  // [DUR-17]
  auto row = admit("r");
  row.epoch = 2;

  EXPECT_EQ(append(row, {response()}).verdict, AppendVerdict::ownership_lost);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted"));
}

TEST_P(JournalConformance, RefusesAnAppendToARunItDoesNotDrive) {
  auto row = admit("r", Start::queued);

  EXPECT_EQ(append(row, {response()}).verdict, AppendVerdict::ownership_lost);
}

// The answer to the first one was lost on the way.
TEST_P(JournalConformance, RecognisesAnAppendThatIsRepeated) {  // [DUR-23]
  auto row = admit("r");
  append(row, {response("same")});

  EXPECT_EQ(append(row, {response("same")}).verdict, AppendVerdict::appended);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "responded"));
  EXPECT_EQ(find("r").steps, 1);
}

TEST_P(JournalConformance, WritesOnlyWhatIsMissingOfARepeatedAppend) {  // [DUR-23]
  auto row = admit("r");
  append(row, {response("same")});

  append(row, {response("same"), response("new")});

  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "responded", "responded"));
  EXPECT_EQ(find("r").steps, 2);
}

TEST_P(JournalConformance, DoesNotTakeAnotherEntryForARepeatedOne) {
  auto row = admit("r");
  append(row, {response("one")});

  EXPECT_THROW(append(row, {response("two")}), Error);
  EXPECT_EQ(find("r").steps, 1);
}

TEST_P(JournalConformance, RecognisesTheRepeatedEndOfARun) {  // [DUR-23]
  auto row = admit("r");
  append(row, {ended()});

  EXPECT_EQ(append(row, {ended()}).verdict, AppendVerdict::appended);
  EXPECT_EQ(append(find("r"), {response()}).verdict, AppendVerdict::ownership_lost);
}

TEST_P(JournalConformance, PutsDeferredEntriesBeforeTheNextAppend) {  // [DUR-03]
  auto row = admit("r");
  store_->append_deferred(append_to(row, {steered("one")}));
  row.last_seq = 2;
  store_->append_deferred(append_to(row, {steered("two")}));
  row.last_seq = 3;

  EXPECT_EQ(append(row, {response()}).verdict, AppendVerdict::appended);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "steered", "steered", "responded"));
}

TEST_P(JournalConformance, RecognisesAnAppendOfWhatWasDeferred) {  // [DUR-03]
  auto row = admit("r");
  auto deferred = append_to(row, {steered("one")});
  store_->append_deferred(deferred);

  EXPECT_EQ(run(store_->append(deferred)).verdict, AppendVerdict::appended);

  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "steered"));
  row.last_seq = 2;
  EXPECT_EQ(append(row, {response()}).verdict, AppendVerdict::appended);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "steered", "responded"));
}

TEST_P(JournalConformance, WritesDeferredEntriesBeforeItGivesARunBack) {
  auto row = admit("r");
  store_->append_deferred(append_to(row, {steered()}));

  run(store_->release(row.id, row.epoch, journal::Attempt::does_not_count));

  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "steered"));
}

TEST_P(JournalConformance, WritesDeferredEntriesWhenItIsClosed) {
  if (skipped_without(Need::reopening)) return;
  store_->append_deferred(append_to(admit("r"), {steered()}));

  store_ = nullptr;
  store_ = place_->open_worker();

  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "steered"));
}

TEST_P(JournalConformance, HasWhatItAcknowledgedWhenItIsOpenedAgain) {  // [API-01] [DUR-01]
  if (skipped_without(Need::reopening)) return;
  auto row = admit("r");
  auto request = call(row, {"child"});
  request.entries.push_back({3, clock_.wall(), Milliseconds(0), waited(WaitReason::approval)});
  ASSERT_EQ(verdict_of(request), AppendVerdict::appended);
  post("r", "steer");
  append(admit("over"), {response("the end"), ended()});
  auto next = admission("next", Start::queued);
  next.continues = "over";
  ASSERT_EQ(run(store_->admit(next)).verdict, AdmitVerdict::created);
  auto before = find("r"), over = find("over"), queued = find("next");
  auto entries = run(store_->read(id("r"), 0, 10));

  store_ = nullptr;
  store_ = place_->open_worker();

  auto after = find("r");
  EXPECT_EQ(after.status, RunStatus::waiting);
  EXPECT_EQ(std::tie(after.epoch, after.last_seq, after.steps, after.usage, after.created, after.updated),
            std::tie(before.epoch, before.last_seq, before.steps, before.usage, before.created, before.updated));
  EXPECT_EQ(std::tie(after.agent, after.caller, after.reason, after.attempts, after.durability),
            std::tie(before.agent, before.caller, before.reason, before.attempts, before.durability));
  EXPECT_EQ(find("next").continues, "over");
  EXPECT_EQ(find("next").created, queued.created);
  EXPECT_EQ(run(store_->read(id("r"), 0, 10)).size(), entries.size());
  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "responded", "waited"));
  EXPECT_EQ(run(store_->inbox(id("r"))).at(0).kind, "steer");
  EXPECT_EQ(find("over").status, RunStatus::ok);
  EXPECT_EQ(find("over").usage, over.usage);
  EXPECT_THAT(listed(children_of("r")), ElementsAre("child"));
  EXPECT_EQ(run(store_->admit(admission("r"))).verdict, AdmitVerdict::exists);
}

TEST_P(JournalConformance, ShowsAGapThatADeferredEntryLeft) {
  auto row = admit("r");
  auto beyond = row;
  beyond.last_seq = 4;
  store_->append_deferred(append_to(beyond, {steered()}));

  beyond.last_seq = 5;
  EXPECT_THROW(append(beyond, {response()}), Error);
  EXPECT_EQ(append(row, {response()}).verdict, AppendVerdict::appended);
}

}  // namespace
}  // namespace executus::conformance
