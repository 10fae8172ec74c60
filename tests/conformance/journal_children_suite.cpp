// Runs that other runs start: created with the entries that call them, and what wakes the runs that wait for them.
#include <executus/conformance/journal.hpp>

namespace executus::conformance {

using journal::AdmitVerdict;
using journal::AppendVerdict;
using journal::Start;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace {

// --- created with what calls them

TEST_P(JournalConformance, CreatesChildrenWithTheEntriesThatCallThem) {  // [DUR-29]
  auto row = admit("r");

  ASSERT_EQ(verdict_of(call(row, {"c1", "c2"})), AppendVerdict::appended);

  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "responded"));
  EXPECT_THAT(kinds("c2"), ElementsAre("admitted"));
  auto child = find("c1");
  EXPECT_EQ(child.status, RunStatus::queued);
  EXPECT_EQ(child.parent, "r");
  EXPECT_EQ(child.last_seq, 1u);
  EXPECT_TRUE(child.worker.empty());
  EXPECT_THAT(claimable(*store_), ElementsAre("c1", "c2"));
}

TEST_P(JournalConformance, CreatesAChildThatThisWorkerDrivesAtOnce) {  // [DUR-29]
  auto row = admit("r");
  auto request = call(row, {"c"});
  request.admit[0].start = Start::owned;

  ASSERT_EQ(verdict_of(std::move(request)), AppendVerdict::appended);

  auto child = find("c");
  EXPECT_EQ(child.status, RunStatus::running);
  EXPECT_EQ(child.epoch, 1);
  EXPECT_EQ(child.attempts, 1);
  EXPECT_EQ(child.worker, row.worker);
  EXPECT_THAT(claimable(*store_), IsEmpty());
  EXPECT_EQ(append(child, {response("of the child")}).verdict, AppendVerdict::appended);
  EXPECT_THAT(kinds("c"), ElementsAre("admitted", "responded"));
}

TEST_P(JournalConformance, CreatesNoChildForALateWriter) {  // [DUR-29] [DUR-17]
  auto request = call(admit("r"), {"c"});
  ++request.epoch;

  ASSERT_EQ(verdict_of(std::move(request)), AppendVerdict::ownership_lost);

  EXPECT_FALSE(is_there("c"));
}

TEST_P(JournalConformance, CreatesNoChildWithAnEndThatIsRefused) {  // [DUR-29] [DUR-38]
  auto request = call(admit("r"), {"c"});
  request.refuse_when_unread = true;
  post("r", "steer");

  ASSERT_EQ(verdict_of(std::move(request)), AppendVerdict::unread_commands);

  EXPECT_FALSE(is_there("c"));
}

TEST_P(JournalConformance, CreatesNoChildWithEntriesThatLeaveAGap) {  // [DUR-29]
  auto row = admit("r");
  row.last_seq = 7;

  EXPECT_THROW((void)verdict_of(call(row, {"c"})), Error);

  EXPECT_FALSE(is_there("c"));
}

TEST_P(JournalConformance, CreatesNoChildWithOtherEntriesUnderTheSameNumbers) {  // [DUR-29]
  auto row = admit("r");
  append(row, {steered("something else")});

  EXPECT_THROW((void)verdict_of(call(row, {"c"})), Error);

  EXPECT_FALSE(is_there("c"));
}

TEST_P(JournalConformance, CreatesNoChildWithDeferredEntries) {
  auto row = admit("r");
  store_->append_deferred(call(row, {"c"}));
  row.last_seq = 2;
  append(row, {steered()});

  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "responded", "steered"));
  EXPECT_FALSE(is_there("c"));
}

TEST_P(JournalConformance, CreatesAChildOnceWhenTheAppendIsRepeated) {  // [DUR-29] [DUR-23]
  auto request = call(admit("r"), {"c"});
  ASSERT_EQ(verdict_of(request), AppendVerdict::appended);
  finish("c");

  EXPECT_EQ(verdict_of(request), AppendVerdict::appended);

  EXPECT_EQ(find("c").status, RunStatus::ok);
  EXPECT_THAT(kinds("c"), ElementsAre("admitted", "ended"));
  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "responded"));
}

TEST_P(JournalConformance, LeavesARunThatExistsUnderAChildsIdAsItIs) {  // [DUR-29]
  auto row = admit("r");
  admit("same");
  auto other = admission("conflict");
  other.fingerprint = "another input";
  ASSERT_EQ(run(store_->admit(std::move(other))).verdict, AdmitVerdict::created);

  ASSERT_EQ(verdict_of(call(row, {"same", "conflict", "new"})), AppendVerdict::appended);

  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "responded"));
  for (const char* existing : {"same", "conflict"}) {
    EXPECT_EQ(find(existing).status, RunStatus::running);
    EXPECT_EQ(find(existing).parent, "");
    EXPECT_EQ(find(existing).worker, row.worker);
    EXPECT_THAT(kinds(existing), ElementsAre("admitted"));
  }
  EXPECT_EQ(find("new").parent, "r");
}

// --- found by their parent

TEST_P(JournalConformance, ListsRunsPageByPage) {
  for (const char* each : {"a", "b", "c", "d"}) admit(each);
  journal::RunFilter page;
  page.limit = 2;
  EXPECT_THAT(listed(page), ElementsAre("d", "c"));
  page.after = journal::place_of(find("c"));
  EXPECT_THAT(listed(page), ElementsAre("b", "a"));
  page.after = journal::place_of(find("a"));
  EXPECT_THAT(listed(page), IsEmpty());
}

TEST_P(JournalConformance, OffersOneRunAlone) {
  admit("a", Start::queued);
  admit("b", Start::queued);
  journal::RunFilter only;
  only.only = id("b");

  EXPECT_THAT(claimable(*store_, only), ElementsAre("b"));
  EXPECT_THAT(listed(only), ElementsAre("b"));
}

TEST_P(JournalConformance, ListsAndOffersTheChildrenOfOneRun) {  // [DUR-29]
  auto row = admit("r");
  auto other = admit("other");
  ASSERT_EQ(verdict_of(call(row, {"c1", "c2"})), AppendVerdict::appended);
  ASSERT_EQ(verdict_of(call(other, {"d"})), AppendVerdict::appended);
  finish("c1");
  auto ended_ones = children_of("r");
  ended_ones.statuses = {RunStatus::ok};
  auto one = children_of("r");
  one.limit = 1;

  EXPECT_THAT(listed(children_of("r")), ElementsAre("c2", "c1"));
  EXPECT_THAT(listed(one), ElementsAre("c2"));
  EXPECT_THAT(listed(ended_ones), ElementsAre("c1"));
  EXPECT_THAT(listed(children_of("c1")), IsEmpty());
  EXPECT_THAT(listed({}), ElementsAre("d", "c2", "c1", "other", "r"));
  journal::RunFilter by_a_caller;
  by_a_caller.started = journal::RunFilter::Started::by_a_caller;
  EXPECT_THAT(listed(by_a_caller), ElementsAre("other", "r"));
  journal::RunFilter without_parent;
  without_parent.started = journal::RunFilter::Started::without_parent;
  EXPECT_THAT(listed(without_parent), ElementsAre("other", "r"));
  EXPECT_THAT(claimable(*store_, children_of("r")), ElementsAre("c2"));
  EXPECT_THAT(claimable(*store_, children_of("other")), ElementsAre("d"));
  EXPECT_THAT(claimable(*store_), ElementsAre("c2", "d"));
}

TEST_P(JournalConformance, TellsRunsOfASchedule) {  // [SCH-01]
  auto scheduled = admission("scheduled");
  auto& admitted = std::get<journal::Admitted>(scheduled.entry.payload);
  admitted.invocation["channel"] = journal::kScheduleChannel;
  auto fork = scheduled;
  fork.id = id("fork");
  fork.forked_from = "scheduled";
  admit("asked");
  for (const auto& each : {scheduled, fork}) ASSERT_EQ(run(store_->admit(each)).verdict, AdmitVerdict::created);
  journal::RunFilter by_a_caller;
  by_a_caller.started = journal::RunFilter::Started::by_a_caller;
  EXPECT_THAT(listed(by_a_caller), ElementsAre("fork", "asked"));
  journal::RunFilter without_parent;
  without_parent.started = journal::RunFilter::Started::without_parent;
  EXPECT_THAT(listed(without_parent), ElementsAre("fork", "scheduled", "asked"));
}

// --- cancelled with their parent

TEST_P(JournalConformance, CancelsTheChildrenInTheTransactionOfTheirParentsEnd) {  // [DUR-29]
  auto row = admit("r");
  auto other = admit("other");
  ASSERT_EQ(verdict_of(call(row, {"c1", "c2"})), AppendVerdict::appended);
  ASSERT_EQ(verdict_of(call(other, {"d"})), AppendVerdict::appended);
  finish("c1");
  auto end = append_to(find("r"), {ended(RunStatus::cancelled)});
  end.cancel_children = true;

  ASSERT_EQ(verdict_of(std::move(end)), AppendVerdict::appended);

  EXPECT_THAT(run(store_->inbox(id("c1"))), IsEmpty()) << "it is over";
  EXPECT_THAT(run(store_->inbox(id("d"))), IsEmpty()) << "it is somebody else's";
  auto commands = run(store_->inbox(id("c2")));
  ASSERT_EQ(commands.size(), 1u);
  EXPECT_EQ(commands[0].kind, "cancel");
}

TEST_P(JournalConformance, CancelsTheRunsBelowTheChildrenToo) {  // [DUR-29] [DUR-38]
  run(store_->admit(child_admission("c", "early")));             // a host may say so before the run above it is there
  ASSERT_EQ(verdict_of(call(admit("r"), {"c", "done"})), AppendVerdict::appended);
  ASSERT_EQ(verdict_of(call(claim("c"), {"below"})), AppendVerdict::appended);
  ASSERT_EQ(verdict_of(call(claim("done"), {"left"})), AppendVerdict::appended);
  append(find("done"), {ended(RunStatus::ok)});
  auto end = append_to(find("r"), {ended(RunStatus::cancelled)});
  end.cancel_children = true;

  ASSERT_EQ(verdict_of(std::move(end)), AppendVerdict::appended);

  for (const char* run_below : {"c", "early", "below"})
    EXPECT_EQ(run(store_->inbox(id(run_below))).size(), 1u) << run_below;
  EXPECT_THAT(run(store_->inbox(id("done"))), IsEmpty()) << "it is over";
  EXPECT_THAT(run(store_->inbox(id("left"))), IsEmpty()) << "the run above it ended well";
}

TEST_P(JournalConformance, CancelsTheRunsBelowAChildThatFailed) {  // [DUR-29] [DUR-38]
  ASSERT_EQ(verdict_of(call(admit("r"), {"failed"})), AppendVerdict::appended);
  ASSERT_EQ(verdict_of(call(claim("failed"), {"below"})), AppendVerdict::appended);
  append(find("failed"), {ended(RunStatus::error)});
  auto end = append_to(find("r"), {ended(RunStatus::cancelled)});
  end.cancel_children = true;

  ASSERT_EQ(verdict_of(std::move(end)), AppendVerdict::appended);

  EXPECT_EQ(run(store_->inbox(id("below"))).size(), 1u);
}

TEST_P(JournalConformance, CancelsNobodyWithAnEndThatIsRefused) {  // [DUR-29]
  auto row = admit("r");
  ASSERT_EQ(verdict_of(call(row, {"c"})), AppendVerdict::appended);
  auto end = append_to(find("r"), {ended(RunStatus::cancelled)});
  end.cancel_children = true;
  ++end.epoch;

  ASSERT_EQ(verdict_of(std::move(end)), AppendVerdict::ownership_lost);

  EXPECT_THAT(run(store_->inbox(id("c"))), IsEmpty());
}

// --- waited for

TEST_P(JournalConformance, OffersARunThatWaitsForChildrenWhenTheLastHasEnded) {  // [DUR-29]
  auto row = waiting_parent({"c1", "c2"});
  ASSERT_THAT(claimable(*store_), ElementsAre("c1", "c2"));

  finish("c1");
  EXPECT_THAT(claimable(*store_), ElementsAre("c2"));
  finish("c2", RunStatus::error);

  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
  EXPECT_EQ(run(store_->claim(id("r"), row.epoch)).value().status, RunStatus::waiting);
}

TEST_P(JournalConformance, DoesNotOfferARunWhoseChildWaitsItself) {  // [DUR-29]
  if (skipped_without(Need::clock)) return;
  waiting_parent({"c"});
  auto child = claim("c");
  append(child, {waited(WaitReason::timer, clock_.wall() + minutes(1))});
  run(store_->release(child.id, child.epoch, journal::Attempt::does_not_count));

  EXPECT_THAT(claimable(*store_), IsEmpty());
}

TEST_P(JournalConformance, AQuarantinedChildIsUnfinished) {  // [DUR-29] [DUR-16]
  waiting_parent({"c"});
  run(store_->quarantine(id("c"), claim("c").epoch, "no progress"));
  EXPECT_THAT(claimable(*store_), IsEmpty());

  ASSERT_TRUE(run(store_->lift_quarantine(id("c"))));
  finish("c");

  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
}

TEST_P(JournalConformance, OffersARunThatWaitsForAChildWhenItHasCommands) {  // [DUR-29] [DUR-38]
  waiting_parent({"c"});
  (void)claim("c");
  ASSERT_THAT(claimable(*store_), IsEmpty());

  post("r", "cancel");

  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
}

TEST_P(JournalConformance, ASteerMessageWakesNobodyInTheMiddleOfAStep) {  // [DUR-06] [DUR-38]
  waiting_parent({"c"}, WaitReason::in_doubt);
  (void)claim("c");
  post("r", "steer");
  EXPECT_THAT(claimable(*store_), IsEmpty());

  post("r", "resolve");

  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
  EXPECT_EQ(run(store_->inbox(id("r"))).size(), 2U) << "it is heard then";
}

TEST_P(JournalConformance, ARunWhoseChildGoesOnIsNotFruitless) {  // [DUR-16] [DUR-29]
  auto row = admit("r");
  ASSERT_EQ(verdict_of(call(row, {"c"})), AppendVerdict::appended);
  run(store_->release(row.id, row.epoch, journal::Attempt::counts));
  auto before = find("r").fruitless;

  EXPECT_EQ(claim("r").fruitless, before) << "it is the child's attempt";
  run(store_->release(row.id, find("r").epoch, journal::Attempt::counts));
  finish("c");

  EXPECT_EQ(claim("r").fruitless, before + 1);
}

TEST_P(JournalConformance, TellsTheRunsBelowOneAtAnyDepthOldestFirst) {
  auto row = admit("r");
  admit("other");
  ASSERT_EQ(verdict_of(call(row, {"b", "a"})), AppendVerdict::appended);
  ASSERT_EQ(verdict_of(call(claim("a"), {"under-a"})), AppendVerdict::appended);
  finish("b");
  auto below = [this](std::string_view run_id, std::size_t limit) {
    std::vector<std::string> ids;
    for (const auto& each : run(store_->below(id(run_id), limit))) ids.push_back(each.id.str());
    return ids;
  };

  EXPECT_THAT(below("r", 10), ElementsAre("b", "a", "under-a"));
  EXPECT_THAT(below("r", 2), ElementsAre("b", "a"));
  EXPECT_THAT(below("a", 10), ElementsAre("under-a"));
  EXPECT_THAT(below("other", 10), IsEmpty());
  EXPECT_EQ(run(store_->below(id("r"), 1)).at(0).status, RunStatus::ok);
}

// Only a damaged journal does: no submission can.
TEST_P(JournalConformance, RunsThatAreBelowEachOtherAreEachToldOnce) {
  run(store_->admit(child_admission("y", "x")));
  run(store_->admit(child_admission("x", "y")));

  ASSERT_EQ(run(store_->below(id("x"), 10)).size(), 1U);
  EXPECT_EQ(run(store_->below(id("x"), 10)).at(0).id, id("y"));
}

TEST_P(JournalConformance, OffersARunThatWaitsForAChildButHasNone) {
  waiting_parent({});

  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
}

TEST_P(JournalConformance, AChildsEndWakesNobodyWhoWaitsForSomethingElse) {  // [DUR-29]
  waiting_parent({"c"}, WaitReason::in_doubt);

  finish("c");

  EXPECT_THAT(claimable(*store_), IsEmpty());
}

TEST_P(JournalConformance, AnotherRunsChildKeepsNobodyWaiting) {  // [DUR-29]
  auto other = admit("other");
  ASSERT_EQ(verdict_of(call(other, {"d"})), AppendVerdict::appended);
  waiting_parent({"c"});

  finish("c");

  EXPECT_THAT(claimable(*store_), ElementsAre("d", "r"));
}

}  // namespace
}  // namespace executus::conformance
