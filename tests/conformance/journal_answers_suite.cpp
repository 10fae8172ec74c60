// Answers of people to what a journal asks: each question is answered once.
#include <executus/conformance/journal.hpp>

namespace executus::conformance {
namespace {

using journal::AnswerVerdict;
using journal::Command;

Command answer_to(int call, std::string_view said, std::string kind = "approve") {
  Command command;
  command.kind = std::move(kind);
  command.payload = {{"call", {0, call}}, {"said", said}};
  return command;
}

TEST_P(JournalConformance, TakesOneAnswerToACall) {  // [DUR-32]
  admit("r");
  auto first = run(store_->answer(id("r"), 1, answer_to(0, "yes")));
  auto second = run(store_->answer(id("r"), 1, answer_to(0, "no")));

  EXPECT_EQ(first.verdict, AnswerVerdict::accepted);
  EXPECT_EQ(second.verdict, AnswerVerdict::answered_before);
  EXPECT_EQ(second.earlier.payload, answer_to(0, "yes").payload);
  EXPECT_EQ(run(store_->answer(id("r"), 1, answer_to(1, "yes"))).verdict, AnswerVerdict::accepted) << "another call";
  EXPECT_EQ(run(store_->answer(id("r"), 1, answer_to(0, "retry", "resolve"))).verdict, AnswerVerdict::accepted)
      << "another question about the same call";
  EXPECT_EQ(run(store_->inbox(id("r"))).size(), 3u);
}

TEST_P(JournalConformance, RefusesAnAnswerThatSawAnOlderJournal) {  // [DUR-32]
  auto row = admit("r");
  ASSERT_EQ(run(store_->answer(id("r"), 1, answer_to(0, "yes"))).verdict, AnswerVerdict::accepted);
  auto taking_in = append_to(row, {steered()});
  taking_in.consume = {run(store_->inbox(id("r"))).at(0).id};
  run(store_->append(taking_in));

  EXPECT_EQ(run(store_->answer(id("r"), 1, answer_to(0, "no"))).verdict, AnswerVerdict::moved_on);
  EXPECT_THAT(run(store_->inbox(id("r"))), ::testing::IsEmpty());
  EXPECT_EQ(run(store_->answer(id("r"), 2, answer_to(0, "no"))).verdict, AnswerVerdict::accepted) << "asked again";
}

TEST_P(JournalConformance, RefusesAnswersToRunsThatEndedOrNeverWere) {  // [DUR-38]
  append(admit("r"), {ended()});

  EXPECT_EQ(run(store_->answer(id("r"), 2, answer_to(0, "yes"))).verdict, AnswerVerdict::run_ended);
  EXPECT_EQ(run(store_->answer(id("nobody"), 1, answer_to(0, "yes"))).verdict, AnswerVerdict::no_such_run);
}

Task<void> answer_and_tell(journal::JournalStore& store, RunId run, Command command, AnswerVerdict& verdict) {
  auto answered = co_await store.answer(std::move(run), 1, std::move(command));
  verdict = answered.verdict;
}

TEST_P(JournalConformance, OfTwoProcessesThatAnswerAtOnceOneIsAccepted) {  // [DUR-32]
  if (skipped_without(Need::several_workers)) return;
  auto other = place_->open_worker();
  admit("r");
  for (int call = 0; call < 20; ++call) {
    AnswerVerdict yes{}, no{};
    {
      RootGroup group(*loop_);
      group.spawn(answer_and_tell(*store_, id("r"), answer_to(call, "yes"), yes));
      group.spawn(answer_and_tell(*other, id("r"), answer_to(call, "no"), no));
      group.join();
    }
    ASSERT_NE(yes, no) << "call " << call;
    auto inbox = run(store_->inbox(id("r")));
    ASSERT_FALSE(inbox.empty());
    auto taken = inbox.back().payload;
    EXPECT_EQ(taken.at("said"), yes == AnswerVerdict::accepted ? "yes" : "no");
  }
}

}  // namespace
}  // namespace executus::conformance
