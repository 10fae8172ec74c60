// What a person adds to a journal, and runs that begin with a part of another one.
#include <executus/conformance/journal.hpp>

namespace executus::conformance {
namespace {

using journal::AmendVerdict;
using journal::AppendVerdict;
using journal::Redefined;
using journal::Reopened;
using journal::Start;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(JournalConformance, AmendsAnEndedRunThatGoesOn) {  // [DUR-40]
  admit_ended("r");
  EXPECT_THAT(claimable(*store_), IsEmpty());

  EXPECT_EQ(amend("r", 2), AmendVerdict::amended);

  auto row = find("r");
  EXPECT_EQ(row.status, RunStatus::queued);
  EXPECT_EQ(row.worker, "");
  EXPECT_EQ(row.fruitless, 0);
  EXPECT_EQ(row.epoch, 2);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "ended", "reopened"));
  EXPECT_THAT(claimable(*store_), ElementsAre("r"));
  auto claimed = claim("r");
  EXPECT_EQ(claimed.status, RunStatus::running);
  EXPECT_EQ(verdict_of(append_to(claimed, {ended()})), AppendVerdict::appended);
  EXPECT_EQ(find("r").status, RunStatus::ok);
}

TEST_P(JournalConformance, TakesCommandsForAReopenedRun) {  // [DUR-40]
  admit_ended("r");
  ASSERT_EQ(amend("r", 2), AmendVerdict::amended);

  post("r", "steer");

  EXPECT_EQ(run(store_->inbox(id("r"))).size(), 1u);
}

TEST_P(JournalConformance, PutsCommandsOfAnAmendmentIntoTheInboxAsTheyCame) {  // [DUR-40] [DUR-44]
  admit_ended("r");
  journal::Amendment amendment{id("r"), 2, {}};
  amendment.entries.push_back({3, clock_.wall(), Milliseconds(5), Reopened{}});
  for (int n : {1, 2})
    amendment.commands.push_back({0, "signal", {{"name", "paid"}, {"payload", n}}, WallTime(Milliseconds(n))});
  auto stale = amendment;
  stale.as_of = 1;
  stale.entries[0].seq = 2;
  EXPECT_EQ(run(store_->amend(std::move(stale))), AmendVerdict::moved_on);

  EXPECT_EQ(run(store_->amend(std::move(amendment))), AmendVerdict::amended);

  auto last = post_signal("r", "paid");
  auto inbox = run(store_->inbox(id("r")));
  ASSERT_EQ(inbox.size(), 3u);
  for (int n : {1, 2}) {
    const auto& command = inbox[static_cast<std::size_t>(n - 1)];
    EXPECT_EQ(command.kind, "signal");
    EXPECT_EQ(command.payload, (boost::json::object{{"name", "paid"}, {"payload", n}}));
    EXPECT_EQ(command.at, WallTime(Milliseconds(n)));
  }
  EXPECT_EQ(inbox[2].id, last) << "what came since follows them";
  auto claimed = claim("r");
  append(claimed, {waited(WaitReason::signal, std::nullopt, {"paid"})});
  run(store_->release(id("r"), claimed.epoch, journal::Attempt::does_not_count));
  EXPECT_THAT(claimable(*store_), ElementsAre("r")) << "it is one that the run waits for";
}

TEST_P(JournalConformance, RefusesTheWriterThatEndedAReopenedRun) {  // [DUR-40] [DUR-17]
  auto before = admit_ended("r");
  ASSERT_EQ(amend("r", 2), AmendVerdict::amended);

  EXPECT_EQ(append(before, {ended(RunStatus::error)}).verdict, AppendVerdict::ownership_lost) << "it repeats its end";
}

TEST_P(JournalConformance, AmendsARunOnceAsItWasRead) {  // [DUR-40]
  admit_ended("r");

  EXPECT_EQ(amend("r", 2), AmendVerdict::amended);
  EXPECT_EQ(amend("r", 2), AmendVerdict::moved_on);

  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "ended", "reopened"));
  EXPECT_EQ(amend("gone", 2), AmendVerdict::no_such_run);
}

TEST_P(JournalConformance, AmendsNoRunThatALivingWorkerDrives) {  // [DUR-22]
  if (skipped_without(Need::takeover)) return;
  auto other = place_->open_worker();
  admit("r");
  EXPECT_EQ(amend(*other, "r", 1, Redefined{}), AmendVerdict::driven);
  EXPECT_EQ(amend("r", 1, Redefined{}), AmendVerdict::driven) << "its own worker drives it too";

  place_->presume_dead(*store_, *other);

  EXPECT_EQ(amend(*other, "r", 1, Redefined{}), AmendVerdict::amended);
}

TEST_P(JournalConformance, TellsWhichEntryHoldsTheDefinition) {  // [DUR-22]
  auto row = admit("r");
  EXPECT_EQ(row.definition, 1u);
  ASSERT_EQ(append(row, {waited(WaitReason::provider)}).verdict, AppendVerdict::appended);
  run(store_->release(id("r"), row.epoch, journal::Attempt::does_not_count));

  EXPECT_EQ(amend("r", 2, Redefined{}), AmendVerdict::amended);

  EXPECT_EQ(find("r").definition, 3u);
  EXPECT_EQ(find("r").status, RunStatus::queued);
  EXPECT_EQ(find("r").reason, "");
  auto claimed = run(store_->claim(id("r"), find("r").epoch)).value();
  ASSERT_EQ(append(claimed, {response()}).verdict, AppendVerdict::appended);
  EXPECT_EQ(find("r").definition, 3u);
}

TEST_P(JournalConformance, AmendsNoRunWhoseAnswersWait) {  // [DUR-22] [DUR-38]
  auto row = admit("r");
  ASSERT_EQ(append(row, {waited(WaitReason::approval)}).verdict, AppendVerdict::appended);
  run(store_->release(id("r"), row.epoch, journal::Attempt::does_not_count));
  post("r", "steer");
  journal::Command approval;
  approval.kind = "approve";
  approval.payload = {{"call", "c"}};
  ASSERT_EQ(run(store_->answer(id("r"), 2, approval)).verdict, journal::AnswerVerdict::accepted);

  EXPECT_EQ(amend("r", 2, Redefined{}), AmendVerdict::answers_waiting);
  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "waited"));
}

TEST_P(JournalConformance, RefusesAnAmendmentOfWrongNumbers) {  // [DUR-01]
  admit_ended("r");
  journal::Amendment amendment{id("r"), 2, {}};
  amendment.entries.push_back({4, clock_.wall(), Milliseconds(5), Reopened{}});

  EXPECT_THROW(run(store_->amend(std::move(amendment))), Error);

  EXPECT_THAT(kinds("r"), ElementsAre("admitted", "ended"));
}

TEST_P(JournalConformance, AdmitsAForkWithWhatItTookOver) {  // [API-13] [DUR-30]
  auto fork = admission("fork", Start::queued);
  fork.forked_from = "r";
  fork.taken_over.push_back({2, clock_.wall(), Milliseconds(0), response()});
  fork.taken_over.push_back({3, clock_.wall(), Milliseconds(0), steered()});

  auto admitted = run(store_->admit(fork));

  EXPECT_EQ(admitted.verdict, journal::AdmitVerdict::created);
  EXPECT_EQ(admitted.row.last_seq, 3u);
  EXPECT_EQ(find("fork").forked_from, "r");
  EXPECT_EQ(find("fork").steps, 1);
  EXPECT_EQ(find("fork").usage, llm::Usage{}) << "it was the other run's";
  EXPECT_EQ(find("fork").status, RunStatus::queued);
  EXPECT_THAT(kinds("fork"), ElementsAre("admitted", "responded", "steered"));
  auto claimed = run(store_->claim(id("fork"), 0)).value();
  EXPECT_EQ(append(claimed, {response()}).verdict, AppendVerdict::appended);
  fork.taken_over[1].seq = 7;
  fork.id = id("other");
  EXPECT_THROW((void)run(store_->admit(fork)), Error);
}

}  // namespace
}  // namespace executus::conformance
