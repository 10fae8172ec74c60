// Commands to runs: kept in order until an entry applies them.
#include <executus/conformance/journal.hpp>

namespace executus::conformance {
namespace {

using journal::AdmitVerdict;
using journal::AppendVerdict;
using journal::Command;
using journal::PostVerdict;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(JournalConformance, KeepsCommandsInOrderUntilAnEntryAppliesThem) {  // [DUR-38]
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

TEST_P(JournalConformance, ConsumesACommandOnceWithTheEntryItCausedOnly) {  // [DUR-38]
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

TEST_P(JournalConformance, DoesNotEndARunWhileCommandsAreUnread) {  // [DUR-38]
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

TEST_P(JournalConformance, RefusesCommandsToRunsThatEndedOrNeverWere) {  // [DUR-38]
  append(admit("r"), {ended()});

  EXPECT_EQ(run(store_->post(id("r"), {})), PostVerdict::run_ended);
  EXPECT_EQ(run(store_->post(id("nobody"), {})), PostVerdict::no_such_run);
}

TEST_P(JournalConformance, CarriesACommandsPayload) {
  if (skipped_without(Need::clock)) return;
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

TEST_P(JournalConformance, FindsItsRunsThatHaveCommands) {
  if (skipped_without(Need::several_workers)) return;
  auto other = place_->open_worker();
  admit("mine");
  admit("quiet");
  ASSERT_EQ(run(other->admit(admission("theirs"))).verdict, AdmitVerdict::created);
  post("mine", "steer");
  post("theirs", "steer");

  EXPECT_THAT(run(store_->owned_with_commands()), ElementsAre(id("mine")));
}

}  // namespace
}  // namespace executus::conformance
