#include "conformance/journal_store_suite.hpp"

#include <limits>

namespace executus::testing {

using journal::Admission;
using journal::Admitted;
using journal::AdmitVerdict;
using journal::Append;
using journal::Appended;
using journal::AppendVerdict;
using journal::Command;
using journal::Ended;
using journal::JournalStore;
using journal::Opened;
using journal::Payload;
using journal::PostVerdict;
using journal::Responded;
using journal::RunFilter;
using journal::RunRow;
using journal::Start;
using journal::Steered;
using journal::Waited;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// --- the fixture

Admission JournalStoreSuite::admission(std::string_view run_id, Start start) const {
  Admission admission;
  admission.id = id(run_id);
  admission.agent = "clerk";
  admission.caller = "ann";
  admission.fingerprint = "agent-and-input";
  admission.start = start;
  admission.entry = {1, clock_.wall(), Milliseconds(0), Admitted{{{"name", "clerk"}}, {}, {llm::user_message("go")}}};
  return admission;
}

Admission JournalStoreSuite::child_admission(std::string_view parent, std::string_view run_id) const {
  auto child = admission(run_id, Start::queued);
  child.parent = std::string(parent);
  return child;
}

RunRow JournalStoreSuite::admit(std::string_view run_id, Start start) {
  auto result = run(store_->admit(admission(run_id, start)));
  EXPECT_EQ(result.verdict, AdmitVerdict::created);
  return result.row;
}

Append JournalStoreSuite::append_to(const RunRow& row, std::vector<Payload> payloads) const {
  Append append;
  append.run = row.id;
  append.epoch = row.epoch;
  append.after = row.last_seq;
  auto seq = row.last_seq;
  for (auto& payload : payloads) append.entries.push_back({++seq, clock_.wall(), Milliseconds(5), std::move(payload)});
  return append;
}

Appended JournalStoreSuite::append(const RunRow& row, std::vector<Payload> payloads) {
  return run(store_->append(append_to(row, std::move(payloads))));
}

std::vector<std::string> JournalStoreSuite::kinds(std::string_view run_id) {
  std::vector<std::string> names;
  for (const auto& entry : run(store_->read(id(run_id), 0, 1'000)))
    names.emplace_back(journal::kind_name(journal::kind_of(entry.payload)));
  return names;
}

std::vector<std::string> JournalStoreSuite::claimable(JournalStore& store, RunFilter filter) {
  std::vector<std::string> ids;
  for (const auto& row : run(store.claimable(std::move(filter)))) ids.push_back(row.id.str());
  return ids;
}

std::int64_t JournalStoreSuite::post(std::string_view run_id, std::string kind) {
  Command command;
  command.kind = std::move(kind);
  EXPECT_EQ(run(store_->post(id(run_id), std::move(command))), PostVerdict::accepted);
  return run(store_->inbox(id(run_id))).back().id;
}

Payload JournalStoreSuite::response(std::string text) {
  Responded entry;
  entry.response.message = llm::assistant_message(std::move(text));
  entry.response.usage = {10, 3, 4, 2, 1};
  entry.response.target = "scripted/a";
  return entry;
}

Payload JournalStoreSuite::steered(std::string text) { return Steered{llm::user_message(std::move(text))}; }
Payload JournalStoreSuite::waited(WaitReason reason, std::optional<WallTime> wake_at) {
  return Waited{reason, {}, "because", wake_at};
}
Payload JournalStoreSuite::ended(RunStatus status) { return Ended{status, "done", "", ""}; }

namespace {

// --- admission

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

// --- appending

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

TEST_P(JournalStoreSuite, WritesDeferredEntriesBeforeItGivesARunBack) {
  auto row = admit("r");
  store_->append_deferred(append_to(row, {steered()}));

  run(store_->release(row.id, row.epoch, false));

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

// --- commands

TEST_P(JournalStoreSuite, KeepsCommandsInOrderUntilAnEntryAppliesThem) {  // [DUR-38]
  auto row = admit("r");
  auto first = post("r", "steer");
  auto second = post("r", "cancel");
  auto append = append_to(row, {steered()});
  append.consume = {first};

  auto appended = run(store_->append(std::move(append)));

  EXPECT_TRUE(appended.commands_waiting);
  auto left = run(store_->inbox(id("r")));
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].id, second);
  EXPECT_EQ(left[0].kind, "cancel");
}

TEST_P(JournalStoreSuite, ConsumesACommandOnceWithTheEntryItCausedOnly) {  // [DUR-38]
  auto row = admit("r");
  auto command = post("r", "steer");
  auto lost = append_to(row, {steered()});
  lost.consume = {command};
  lost.epoch = 9;
  ASSERT_EQ(run(store_->append(lost)).verdict, AppendVerdict::ownership_lost);
  ASSERT_EQ(run(store_->inbox(id("r"))).size(), 1u);
  lost.epoch = row.epoch;

  EXPECT_FALSE(run(store_->append(lost)).commands_waiting);
  EXPECT_THAT(run(store_->inbox(id("r"))), IsEmpty());
}

TEST_P(JournalStoreSuite, DoesNotEndARunWhileCommandsAreUnread) {  // [DUR-38]
  auto row = admit("r");
  store_->append_deferred(append_to(row, {steered()}));
  row.last_seq = 2;
  auto command = post("r", "steer");
  auto end = append_to(row, {ended()});
  end.refuse_when_unread = true;

  EXPECT_EQ(run(store_->append(end)).verdict, AppendVerdict::unread_commands);
  EXPECT_EQ(find("r").status, RunStatus::running);

  end.consume = {command};
  EXPECT_EQ(run(store_->append(end)).verdict, AppendVerdict::appended);
  EXPECT_EQ(find("r").status, RunStatus::ok);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "steered", "ended"));
}

TEST_P(JournalStoreSuite, RefusesCommandsToRunsThatEndedOrNeverWere) {  // [DUR-38]
  append(admit("r"), {ended()});

  EXPECT_EQ(run(store_->post(id("r"), {})), PostVerdict::run_ended);
  EXPECT_EQ(run(store_->post(id("nobody"), {})), PostVerdict::no_such_run);
}

TEST_P(JournalStoreSuite, CarriesACommandsPayload) {
  admit("r");
  Command command;
  command.kind = "resolve";
  command.payload = {{"call", {1, 2}}, {"text", "it happened"}};

  run(store_->post(id("r"), command));

  auto inbox = run(store_->inbox(id("r")));
  ASSERT_EQ(inbox.size(), 1u);
  EXPECT_EQ(inbox[0].payload, command.payload);
  EXPECT_EQ(inbox[0].at, clock_.wall());
}

TEST_P(JournalStoreSuite, FindsItsRunsThatHaveCommands) {
  auto other = place_->open_worker();
  admit("mine");
  admit("quiet");
  ASSERT_EQ(run(other->admit(admission("theirs"))).verdict, AdmitVerdict::created);
  post("mine", "steer");
  post("theirs", "steer");

  EXPECT_THAT(run(store_->owned_with_commands()), ElementsAre(id("mine")));
}

// --- ownership

TEST_P(JournalStoreSuite, LeavesRunsOfALiveWorkerAlone) {  // [DUR-17]
  auto other = place_->open_worker();
  admit("r");

  EXPECT_THAT(claimable(*other), IsEmpty());
  EXPECT_EQ(run(other->claim(id("r"), 1)), std::nullopt);
  EXPECT_EQ(run(store_->claim(id("r"), 1)), std::nullopt);
}

TEST_P(JournalStoreSuite, TakesOverTheRunsOfADeadWorker) {  // [DUR-17]
  auto other = place_->open_worker();
  auto row = admit("r");
  place_->presume_dead(*store_, *other);

  EXPECT_THAT(claimable(*other), ElementsAre("r"));
  auto claimed = run(other->claim(id("r"), row.epoch));

  ASSERT_TRUE(claimed);
  EXPECT_EQ(claimed->epoch, row.epoch + 1);
  EXPECT_EQ(claimed->attempts, 2);
  EXPECT_EQ(claimed->fruitless, 2);
  EXPECT_NE(claimed->worker, row.worker);
  EXPECT_EQ(claimed->status, RunStatus::running);
}

TEST_P(JournalStoreSuite, RefusesALateWriterAfterTheRunWasTakenOver) {  // [DUR-17]
  auto other = place_->open_worker();
  auto row = admit("r");
  place_->presume_dead(*store_, *other);
  auto claimed = run(other->claim(id("r"), row.epoch)).value();

  EXPECT_EQ(append(row, {response()}).verdict, AppendVerdict::ownership_lost);
  run(store_->release(row.id, row.epoch, true));
  run(store_->quarantine(row.id, row.epoch, "late"));

  EXPECT_EQ(find("r").worker, claimed.worker);
  EXPECT_EQ(find("r").status, RunStatus::running);
  EXPECT_EQ(run(other->append(append_to(claimed, {response()}))).verdict, AppendVerdict::appended);
}

TEST_P(JournalStoreSuite, DropsWhatALateWriterDeferred) {  // [DUR-17]
  auto other = place_->open_worker();
  auto row = admit("r");
  place_->presume_dead(*store_, *other);
  ASSERT_TRUE(run(other->claim(id("r"), row.epoch)));
  store_->append_deferred(append_to(row, {steered()}));

  EXPECT_EQ(append(row, {response()}).verdict, AppendVerdict::ownership_lost);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted"));
}

// Of a driver of this process that did not hear that the run was taken over, and back again.
TEST_P(JournalStoreSuite, DropsWhatWasDeferredInAnEarlierEpoch) {  // [DUR-17]
  for (bool late_first : {true, false}) {
    const std::string name = late_first ? "first" : "second";
    auto before = admit(name);
    run(store_->release(id(name), before.epoch, false));
    auto now = run(store_->claim(id(name), before.epoch)).value();
    auto late = append_to(before, {steered(), steered()});
    auto ours = append_to(now, {response()});
    store_->append_deferred(late_first ? late : ours);
    store_->append_deferred(late_first ? ours : late);
    now.last_seq += 1;

    EXPECT_EQ(append(now, {Opened{now.epoch, now.worker}}).verdict, AppendVerdict::appended);
    EXPECT_THAT(kinds(name), ElementsAre("admitted", "responded", "opened"));
  }
}

TEST_P(JournalStoreSuite, GivesARunToOneOfTwoClaimants) {  // [DUR-17]
  auto other = place_->open_worker();
  auto row = admit("r", Start::queued);

  auto first = run(store_->claim(id("r"), row.epoch));
  auto second = run(other->claim(id("r"), row.epoch));

  EXPECT_TRUE(first);
  EXPECT_EQ(second, std::nullopt);
}

TEST_P(JournalStoreSuite, CountsAttemptsSinceTheLastProgress) {  // [DUR-16]
  auto row = admit("r", Start::queued);
  row = run(store_->claim(id("r"), row.epoch)).value();
  run(store_->release(id("r"), row.epoch, true));
  row = run(store_->claim(id("r"), row.epoch)).value();
  EXPECT_EQ(row.fruitless, 2);

  append(row, {Opened{row.epoch, row.worker}});
  EXPECT_EQ(find("r").fruitless, 2);
  append(find("r"), {response()});

  EXPECT_EQ(find("r").fruitless, 0);
  EXPECT_EQ(find("r").attempts, 2);
}

TEST_P(JournalStoreSuite, AnyProgressInAnAppendCounts) {  // [DUR-16]
  for (bool progress_first : {true, false}) {
    const std::string name = progress_first ? "first" : "last";
    auto row = admit(name);
    Payload idle = Opened{row.epoch, row.worker};
    append(row, progress_first ? std::vector<Payload>{response(), idle} : std::vector<Payload>{idle, response()});

    EXPECT_EQ(find(name).fruitless, 0) << name;
    EXPECT_EQ(find(name).steps, 1);
  }
}

TEST_P(JournalStoreSuite, DoesNotCountHandBacks) {  // [DUR-16]
  auto row = admit("r", Start::queued);
  row = run(store_->claim(id("r"), row.epoch)).value();

  run(store_->release(id("r"), row.epoch, false));

  EXPECT_EQ(find("r").fruitless, 0);
  EXPECT_TRUE(find("r").worker.empty());
  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
}

TEST_P(JournalStoreSuite, OffersWaitingRunsWhenTheirTimerIsDue) {  // [DUR-32]
  auto row = admit("r");
  append(row, {waited(WaitReason::timer, clock_.wall() + minutes(1))});
  run(store_->release(id("r"), row.epoch, false));
  ASSERT_THAT(claimable(*store_), IsEmpty());

  clock_.advance(minutes(1));

  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
  EXPECT_EQ(run(store_->claim(id("r"), row.epoch)).value().status, RunStatus::waiting);
}

TEST_P(JournalStoreSuite, OffersWaitingRunsThatParkedBeforeTheClockWasSetBack) {  // [DUR-32]
  auto row = admit("r");
  append(row, {waited(WaitReason::timer, clock_.wall() + minutes(1))});
  clock_.jump_wall(-hours(24));
  run(store_->release(id("r"), row.epoch, false));

  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
}

TEST_P(JournalStoreSuite, OffersWaitingRunsThatHaveCommands) {  // [DUR-38]
  auto row = admit("r");
  append(row, {waited(WaitReason::in_doubt)});
  run(store_->release(id("r"), row.epoch, false));
  ASSERT_THAT(claimable(*store_), IsEmpty());

  post("r", "resolve");

  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
}

TEST_P(JournalStoreSuite, OffersNoRunThatEnded) {
  append(admit("r"), {ended()});

  EXPECT_THAT(claimable(*store_), IsEmpty());
  EXPECT_EQ(run(store_->claim(id("r"), 1)), std::nullopt);
  EXPECT_TRUE(find("r").worker.empty());
}

TEST_P(JournalStoreSuite, OffersTheOldestFirstAndOnlyWhatIsAskedFor) {
  admit("b", Start::queued);
  admit("a", Start::queued);
  auto other = admission("c", Start::queued);
  other.agent = "cook";
  run(store_->admit(std::move(other)));
  RunFilter clerks;
  clerks.agent = "clerk";
  RunFilter one;
  one.limit = 1;

  EXPECT_THAT(claimable(*store_), ElementsAre("b", "a", "c"));
  EXPECT_THAT(claimable(*store_, clerks), ElementsAre("b", "a"));
  EXPECT_THAT(claimable(*store_, one), ElementsAre("b"));
}

TEST_P(JournalStoreSuite, KeepsAQuarantinedRunUntilItIsLifted) {  // [DUR-16]
  auto row = admit("r");
  run(store_->quarantine(id("r"), row.epoch, "three attempts made no progress"));

  EXPECT_EQ(find("r").status, RunStatus::quarantined);
  EXPECT_EQ(find("r").reason, "three attempts made no progress");
  EXPECT_THAT(claimable(*store_), IsEmpty());
  EXPECT_THAT(kinds("r"), ElementsAre("admitted"));

  EXPECT_TRUE(run(store_->lift_quarantine(id("r"))));
  EXPECT_FALSE(run(store_->lift_quarantine(id("r"))));
  EXPECT_EQ(find("r").fruitless, 0);
  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
}

TEST_P(JournalStoreSuite, ClaimsAQuarantinedRunForThoseWhoNameIt) {
  auto row = admit("r");
  run(store_->quarantine(id("r"), row.epoch, "no progress"));

  auto claimed = run(store_->claim(id("r"), row.epoch));

  ASSERT_TRUE(claimed);
  EXPECT_EQ(claimed->status, RunStatus::quarantined);
}

TEST_P(JournalStoreSuite, HoldsALeaseOnceItDrivesARun) {
  admit("r");
  store_->heartbeat();

  EXPECT_GT(store_->lease_until(), clock_.mono());
}

// --- reading

TEST_P(JournalStoreSuite, ListsTheNewestFirst) {
  admit("a");
  clock_.advance(seconds(1));
  auto noon = clock_.wall();
  append(admit("b"), {ended(RunStatus::error)});
  auto c = admission("c", Start::queued);
  c.caller = "bob";
  run(store_->admit(std::move(c)));
  auto ids = [this](RunFilter filter) {
    std::vector<std::string> found;
    for (const auto& row : run(store_->list(std::move(filter)))) found.push_back(row.id.str());
    return found;
  };

  EXPECT_THAT(ids({}), ElementsAre("c", "b", "a"));
  EXPECT_THAT(ids({{RunStatus::error, RunStatus::queued}, "", "", "", {}, 100}), ElementsAre("c", "b"));
  EXPECT_THAT(ids({{}, "clerk", "ann", "", {}, 1}), ElementsAre("b"));
  EXPECT_THAT(ids({{}, "", "", "", noon, 100}), ElementsAre("c", "b"));
  EXPECT_THAT(ids({{}, "cook", "", "", {}, 100}), IsEmpty());
}

TEST_P(JournalStoreSuite, CompletesIdsFromTheirBeginning) {
  for (const char* name : {"run-b", "run-a", "other", "Run-c"}) admit(name);

  EXPECT_THAT(run(store_->complete_id("run-", 10)), ElementsAre(id("run-a"), id("run-b")));
  EXPECT_THAT(run(store_->complete_id("run-", 1)), ElementsAre(id("run-a")));
  EXPECT_THAT(run(store_->complete_id("%", 10)), IsEmpty());
}

TEST_P(JournalStoreSuite, KnowsNothingOfRunsThatNeverWere) {
  EXPECT_EQ(run(store_->find(id("nobody"))), std::nullopt);
  EXPECT_THAT(run(store_->read(id("nobody"), 0, 10)), IsEmpty());
  EXPECT_THAT(run(store_->inbox(id("nobody"))), IsEmpty());
  EXPECT_EQ(run(store_->claim(id("nobody"), 0)), std::nullopt);
  EXPECT_FALSE(run(store_->lift_quarantine(id("nobody"))));
}

}  // namespace
}  // namespace executus::testing
