// Signals: commands that stay in the inbox until a call waits for one of their name.
#include <executus/conformance/journal.hpp>

namespace executus::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(JournalConformance, OffersAWaitingRunForTheSignalsItWaitsForAlone) {  // [DUR-44]
  for (auto reason : {WaitReason::signal, WaitReason::timer, WaitReason::in_doubt, WaitReason::child}) {
    std::string name = "r-" + std::string(to_string(reason));
    auto row = admit(name);
    if (reason == WaitReason::child) ASSERT_EQ(run(store_->admit(child_admission(name, name + "-c"))).row.parent, name);
    append(row, {waited(reason, std::nullopt, {"paid", "order.sent"})});
    run(store_->release(id(name), row.epoch, journal::Attempt::does_not_count));
    journal::RunFilter only;
    only.only = id(name);

    for (const auto* other : {"aid", "paid2", "sent", "order", "ORDER.SENT", "order_sent"}) post_signal(name, other);
    EXPECT_THAT(claimable(*store_, only), IsEmpty()) << name;
    post_signal(name, "order.sent");
    EXPECT_THAT(claimable(*store_, only), ElementsAre(name));
  }
}

TEST_P(JournalConformance, ASteerMessageWakesNoCallThatWaits) {  // [DUR-33] [DUR-43] [DUR-44]
  for (auto reason : {WaitReason::timer, WaitReason::signal, WaitReason::approval}) {
    std::string name = "r-" + std::string(to_string(reason));
    auto row = admit(name);
    append(row, {waited(reason)});
    run(store_->release(id(name), row.epoch, journal::Attempt::does_not_count));
    post(name, "steer");
  }
  EXPECT_THAT(claimable(*store_), IsEmpty());
}

TEST_P(JournalConformance, DoesNotOfferARunForASignalThatItDoesNotWaitFor) {  // [DUR-44]
  for (auto reason : {WaitReason::signal, WaitReason::approval, WaitReason::provider, WaitReason::budget}) {
    std::string name = "r-" + std::string(to_string(reason));
    auto row = admit(name);
    append(row, {waited(reason)});
    run(store_->release(id(name), row.epoch, journal::Attempt::does_not_count));
    post_signal(name, "paid");
  }
  EXPECT_THAT(claimable(*store_), IsEmpty());
}

TEST_P(JournalConformance, KeepsWhatARunWaitsForInItsRow) {  // [DUR-44]
  auto row = admit("r");
  append(row, {waited(WaitReason::signal, clock_.wall() + std::chrono::hours(1), {"paid", "order.sent"})});
  EXPECT_THAT(find("r").signals, ElementsAre("paid", "order.sent"));
  EXPECT_EQ(find("r").reason, "signal");

  append(find("r"), {journal::Opened{1, "again"}});
  EXPECT_THAT(find("r").signals, IsEmpty());
  EXPECT_EQ(find("r").wake_at, std::nullopt);
}

TEST_P(JournalConformance, TakesASignalAwayWithTheEntryThatGivesItToACall) {  // [DUR-44]
  auto row = admit("r", journal::Start::owned);
  auto first = post_signal("r", "paid");
  auto second = post_signal("r", "paid");
  auto append = append_to(row, {steered()});
  append.consume = {first};
  EXPECT_TRUE(run(store_->append(append)).commands_waiting);
  auto again = run(store_->append(append));
  EXPECT_EQ(again.verdict, journal::AppendVerdict::appended) << "the answer was lost, and it is asked again";

  auto left = run(store_->inbox(id("r")));
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].id, second);
  EXPECT_EQ(left[0].payload, (boost::json::object{{"name", "paid"}, {"payload", 5}}));
}

TEST_P(JournalConformance, DoesNotSendRunsThatLiveToTheirInboxForSignals) {  // [DUR-44]
  admit("r");
  post_signal("r", "paid");
  EXPECT_THAT(run(store_->owned_with_commands()), IsEmpty());
  post("r", "cancel");
  EXPECT_THAT(run(store_->owned_with_commands()), ElementsAre(id("r")));
}

TEST_P(JournalConformance, DoesNotWakeACallThatParkedForWordsToTheModel) {  // [DUR-43] [DUR-38]
  if (skipped_without(Need::clock)) return;
  for (auto reason : {WaitReason::timer, WaitReason::signal}) {
    std::string name = "r-" + std::string(to_string(reason));
    auto row = admit(name);
    append(row, {waited(reason, clock_.wall() + std::chrono::hours(1))});
    run(store_->release(id(name), row.epoch, journal::Attempt::does_not_count));
    post(name, "steer");
  }
  EXPECT_THAT(claimable(*store_), IsEmpty());
}

TEST_P(JournalConformance, KeepsTimesOfAnyDate) {  // [DUR-43]
  auto row = admit("r");
  auto far = clock_.wall() + std::chrono::days(60);
  for (auto when : {far, WallTime(Milliseconds::max()), WallTime(Milliseconds::min())}) {
    append(find("r"), {waited(WaitReason::timer, when)});
    EXPECT_EQ(find("r").wake_at, when);
  }
  run(store_->release(id("r"), row.epoch, journal::Attempt::does_not_count));
  EXPECT_THAT(claimable(*store_), ElementsAre("r")) << "of a time that has passed";
}

}  // namespace
}  // namespace executus::conformance
