// What the ends of runs send out.
#include <executus/conformance/journal.hpp>

namespace executus::conformance {
namespace {

using journal::OutgoingState;
using journal::OutgoingTry;
using journal::Reopened;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> keys(const std::vector<journal::Outgoing>& rows) {
  std::vector<std::string> all;
  for (const auto& row : rows) all.push_back(row.key());
  return all;
}

constexpr std::size_t kMany = 100;

TEST_P(JournalConformance, SendsOutTheEndOfARunWithATarget) {  // [DUR-45]
  auto submitted = admission("r");
  submitted.target = {"chat", "42"};
  auto row = run(store_->admit(submitted)).row;
  ASSERT_EQ(append(row, {response()}).verdict, journal::AppendVerdict::appended);
  EXPECT_THAT(run(store_->outgoing_due(kMany)), IsEmpty()) << "it has not ended";
  EXPECT_FALSE(run(store_->outgoing_of(id("r"))));
  row.last_seq = 2;
  ASSERT_EQ(append(row, {ended()}).verdict, journal::AppendVerdict::appended);

  auto due = run(store_->outgoing_due(kMany));

  ASSERT_THAT(keys(due), ElementsAre("r/3"));
  EXPECT_EQ(due[0].target, (journal::Target{"chat", "42"}));
  EXPECT_EQ(due[0].state, OutgoingState::pending);
  EXPECT_EQ(due[0].tries, 0);
  admit_ended("without");
  EXPECT_THAT(keys(run(store_->outgoing_due(kMany))), ElementsAre("r/3"));
}

TEST_P(JournalConformance, SendsOutAnEndUntilItIsAnswered) {  // [DUR-45]
  admit_outgoing("r");

  EXPECT_TRUE(run(store_->take_outgoing(id("r"), 2, 0)));
  EXPECT_FALSE(run(store_->take_outgoing(id("r"), 2, 0))) << "one of two";
  run(store_->settle_outgoing({id("r"), 2, 1, OutgoingState::delivered, "post-1", {}}));

  EXPECT_EQ(run(store_->outgoing_of(id("r")))->state, OutgoingState::delivered);
  EXPECT_EQ(run(store_->outgoing_of(id("r")))->detail, "post-1");
  EXPECT_THAT(run(store_->outgoing_due(kMany)), IsEmpty());
  EXPECT_FALSE(run(store_->take_outgoing(id("r"), 2, 1))) << "it was answered";
  run(store_->settle_outgoing({id("r"), 2, 1, OutgoingState::pending, "late", clock_.wall()}));
  EXPECT_EQ(run(store_->outgoing_of(id("r")))->state, OutgoingState::delivered) << "a late failure changes nothing";
}

TEST_P(JournalConformance, OffersAFailedSendWhenItIsDue) {  // [DUR-45]
  if (skipped_without(Need::clock)) return;
  admit_outgoing("r");
  ASSERT_TRUE(run(store_->take_outgoing(id("r"), 2, 0)));
  run(store_->settle_outgoing(
      {id("r"), 2, 1, OutgoingState::pending, "status 500", clock_.wall() + std::chrono::hours(1)}));
  EXPECT_THAT(run(store_->outgoing_due(kMany)), IsEmpty());

  clock_.advance(std::chrono::hours(1));

  auto due = run(store_->outgoing_due(kMany));
  ASSERT_THAT(keys(due), ElementsAre("r/2"));
  EXPECT_EQ(due[0].tries, 1);
  EXPECT_EQ(due[0].detail, "status 500");
  ASSERT_TRUE(run(store_->take_outgoing(id("r"), 2, 1)));
  run(store_->settle_outgoing({id("r"), 2, 2, OutgoingState::pending, "", clock_.wall() + std::chrono::hours(1)}));
  clock_.jump_wall(std::chrono::hours(-48));
  EXPECT_THAT(keys(run(store_->outgoing_due(kMany))), ElementsAre("r/2")) << "the clock was set back";
}

TEST_P(JournalConformance, OffersASendAgainWhoseProcessIsGone) {  // [DUR-45]
  if (skipped_without(Need::clock)) return;
  admit_outgoing("r");
  ASSERT_TRUE(run(store_->take_outgoing(id("r"), 2, 0)));
  clock_.advance(journal::kTryHold - Milliseconds(1));
  EXPECT_THAT(run(store_->outgoing_due(kMany)), IsEmpty());

  clock_.advance(Milliseconds(1));

  EXPECT_THAT(keys(run(store_->outgoing_due(kMany))), ElementsAre("r/2"));
}

TEST_P(JournalConformance, OffersWhatIsDueForLongestFirst) {  // [DUR-45]
  if (skipped_without(Need::clock)) return;
  for (const char* run_id : {"a", "b", "c"}) {
    admit_outgoing(run_id);
    clock_.advance(Milliseconds(1));
  }

  EXPECT_THAT(keys(run(store_->outgoing_due(kMany))), ElementsAre("a/2", "b/2", "c/2"));
  EXPECT_THAT(keys(run(store_->outgoing_due(2))), ElementsAre("a/2", "b/2"));
}

// A process was stopped in the middle of its try, and goes on when another one has begun the next.
TEST_P(JournalConformance, HearsOfATryThatAnotherHasFollowedOnlyThatItArrived) {  // [DUR-45]
  if (skipped_without(Need::clock)) return;
  admit_outgoing("r");
  for (int tries = 0; tries < 2; ++tries) {
    ASSERT_TRUE(run(store_->take_outgoing(id("r"), 2, tries)));
    clock_.advance(journal::kTryHold);
  }
  for (auto late : {OutgoingState::refused, OutgoingState::pending})
    run(store_->settle_outgoing({id("r"), 2, 1, late, "late", clock_.wall() + std::chrono::hours(1)}));
  auto due = run(store_->outgoing_due(kMany));
  ASSERT_THAT(keys(due), ElementsAre("r/2"));
  EXPECT_EQ(due[0].detail, "");

  run(store_->settle_outgoing({id("r"), 2, 1, OutgoingState::delivered, "post-1", {}}));

  EXPECT_EQ(run(store_->outgoing_of(id("r")))->state, OutgoingState::delivered);
}

// Likewise, when the next one was refused: what arrived is not offered to be sent again.
TEST_P(JournalConformance, HearsThatATryArrivedAfterTheNextOneWasRefused) {  // [DUR-45]
  if (skipped_without(Need::clock)) return;
  admit_outgoing("r");
  for (int tries = 0; tries < 2; ++tries) {
    ASSERT_TRUE(run(store_->take_outgoing(id("r"), 2, tries)));
    clock_.advance(journal::kTryHold);
  }
  run(store_->settle_outgoing({id("r"), 2, 2, OutgoingState::refused, "status 410", {}}));
  run(store_->settle_outgoing({id("r"), 2, 1, OutgoingState::pending, "late", clock_.wall()}));
  EXPECT_EQ(run(store_->outgoing_of(id("r")))->state, OutgoingState::refused);

  run(store_->settle_outgoing({id("r"), 2, 1, OutgoingState::delivered, "post-1", {}}));

  EXPECT_EQ(run(store_->outgoing_of(id("r")))->state, OutgoingState::delivered);
  run(store_->settle_outgoing({id("r"), 2, 2, OutgoingState::refused, "status 410", {}}));
  EXPECT_EQ(run(store_->outgoing_of(id("r")))->state, OutgoingState::delivered);
}

TEST_P(JournalConformance, LeavesOutTargetsThatAreNotAskedFor) {  // [DUR-45]
  admit_outgoing("r");
  auto target = run(store_->outgoing_of(id("r")))->target;
  journal::Target others_id{target.kind, target.id + "x"}, others_kind{target.kind + "x", target.id};
  EXPECT_THAT(keys(run(store_->outgoing_due(kMany, {others_id, others_kind}))), ElementsAre("r/2"));

  EXPECT_THAT(run(store_->outgoing_due(kMany, {others_id, target})), IsEmpty());
}

TEST_P(JournalConformance, WithdrawsWhatWasNotAnsweredWhenTheRunGoesOn) {  // [DUR-45] [DUR-40]
  admit_outgoing("r");
  admit_outgoing("told");
  run(store_->settle_outgoing({id("told"), 2, 0, OutgoingState::delivered, "post-1", {}}));

  for (const char* run_id : {"r", "told"}) ASSERT_EQ(amend(run_id, 2), journal::AmendVerdict::amended);

  EXPECT_THAT(run(store_->outgoing_due(kMany)), IsEmpty());
  EXPECT_FALSE(run(store_->outgoing_of(id("told")))) << "it has not ended";
  for (const char* run_id : {"r", "told"}) finish(run_id);
  EXPECT_EQ(keys(run(store_->outgoing_due(kMany))).size(), 2u);
  EXPECT_EQ(run(store_->outgoing_of(id("told")))->seq, 4u);
}

// A person has mended the target.
TEST_P(JournalConformance, OpensAgainWhatWasRefused) {  // [DUR-45]
  admit_outgoing("r");
  admit_outgoing("other");
  EXPECT_FALSE(run(store_->send_again(id("r")))) << "it is pending";
  ASSERT_TRUE(run(store_->take_outgoing(id("r"), 2, 0)));
  run(store_->settle_outgoing({id("r"), 2, 1, OutgoingState::refused, "status 410", {}}));
  EXPECT_THAT(keys(run(store_->outgoing_in(OutgoingState::refused, kMany))), ElementsAre("r/2"));
  EXPECT_THAT(keys(run(store_->outgoing_in(OutgoingState::pending, kMany))), ElementsAre("other/2"));

  EXPECT_TRUE(run(store_->send_again(id("r"))));

  EXPECT_FALSE(run(store_->send_again(id("r"))));
  EXPECT_THAT(run(store_->outgoing_in(OutgoingState::refused, kMany)), IsEmpty());
  EXPECT_THAT(keys(run(store_->outgoing_in(OutgoingState::pending, 1))), ElementsAre("other/2")) << "by run";
  EXPECT_EQ(run(store_->outgoing_of(id("r")))->tries, 1);
  ASSERT_TRUE(run(store_->take_outgoing(id("r"), 2, 1))) << "it is due at once";
  run(store_->settle_outgoing({id("r"), 2, 2, OutgoingState::delivered, "post-1", {}}));
  EXPECT_FALSE(run(store_->send_again(id("r")))) << "what arrived is not sent again";
  EXPECT_FALSE(run(store_->send_again(id("unknown"))));
}

// What is sent out is the end that counts.
TEST_P(JournalConformance, OpensNothingOfAnEarlierEnd) {  // [DUR-45]
  admit_outgoing("r");
  run(store_->settle_outgoing({id("r"), 2, 0, OutgoingState::refused, "status 410", {}}));
  ASSERT_EQ(amend("r", 2), journal::AmendVerdict::amended);
  EXPECT_FALSE(run(store_->send_again(id("r"))));
  EXPECT_THAT(run(store_->outgoing_in(OutgoingState::refused, kMany)), IsEmpty());
  finish("r");
  EXPECT_FALSE(run(store_->send_again(id("r")))) << "its new end is pending";
  EXPECT_EQ(keys(run(store_->outgoing_due(kMany))).size(), 1u);
}

TEST_P(JournalConformance, KeepsWhatIsToBeSentWhenItIsClosed) {  // [DUR-45]
  if (skipped_without(Need::reopening)) return;
  admit_outgoing("r");
  store_ = nullptr;

  store_ = place_->open_worker();

  EXPECT_THAT(keys(run(store_->outgoing_due(kMany))), ElementsAre("r/2"));
}

}  // namespace
}  // namespace executus::conformance
