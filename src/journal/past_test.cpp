// What a kept run knows besides its conversation goes into a new record whole, and comes out of it again.
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <executus/journal/checkpoint.hpp>

#include "journal/fields_test.hpp"

namespace executus::journal {
namespace {

Checkpoint continued(std::vector<llm::Message> messages, Past past) {
  Admitted admitted;
  admitted.input = std::move(messages);
  admitted.past = std::move(past);
  std::vector<Entry> entries(1);
  entries[0] = {1, {}, {}, std::move(admitted)};
  return fold(entries);
}

Past without_phases() {
  auto past = full_past();
  past.phases.clear();
  return past;
}

void expect_same(Past left, const Past& right) {
  left.messages = right.messages;  // the caller knows how many it keeps
  Admitted a, b;
  a.past = left;
  b.past = right;
  EXPECT_TRUE(same(left, right)) << encode(a) << "\n" << encode(b);
}

TEST(Past, ComesBackWholeFromARecordThatBeganWithIt) {  // [DUR-11] [CK-21]
  auto past = without_phases();
  auto defaults = defaults_in(past);
  ASSERT_EQ(defaults.size(), 1u) << "give every field but the phases a value";
  expect_same(past_of(continued(kept_messages(), past)), past);
}

TEST(Past, OfAPhaseThatRunsIsThatOfItsBeginning) {  // [CK-12] [DUR-11]
  auto past = full_past();
  past.compacted = {};
  past.calls.clear();
  past.generated.clear();
  auto run = continued({llm::user_message("why?")}, past);
  auto add = [&](Payload payload) { apply(run, {run.last_seq + 1, {}, {}, std::move(payload)}); };
  add(PhaseStarted{2, "write", "", "m"});
  add(Responded{kept_answer()});
  add(Compacted{1, "so far", 900, 100, {}, ""});
  Settled handed_in{{3, 0}, llm::CallState::done, "k", "", {}};
  handed_in.artifacts = {{"b.png", "image/png", "x"}};
  add(handed_in);

  past.iteration = 4;
  past.usage += kept_answer().usage;
  expect_same(past_of(run), past);

  add(Settled{{3, 1}, llm::CallState::done, "k", "", {}});
  add(PhaseEnded{2, "write", PhaseEnd::completed, "text", ""});
  EXPECT_EQ(past_of(run).artifacts.size(), 2u) << "what a finished phase handed in stays";
}

// Every field, by name: one that is added does not compile until it is said here what becomes of it.
TEST(Past, HasEveryFieldOfACheckpointThatMessagesDoNotTell) {  // [DUR-11]
  auto before = continued(kept_messages(), without_phases());
  auto after = continued(kept_messages(), [&] {
    auto past = past_of(before);
    past.messages = static_cast<std::uint32_t>(kept_messages().size());
    return past;
  }());
  const auto& [admitted, opening, inherited, inherited_summary, conversation, phase, phases, unanswered, unheard,
               not_for_model, signals_left, late_images, compacted, cut, critic, generated, submitted, artifacts, notes,
               offered, artifacts_before_phase, finish, side_usage, spent, cost, served_by, runs_below, last_seq,
               elapsed, waiting, ended, used_before, attempts, attempts_before] = before;
  EXPECT_EQ(after.opening.size(), opening.size());
  EXPECT_EQ(after.conversation.responses(), conversation.responses());
  EXPECT_EQ(conversation.last_finish(), llm::FinishReason::length);
  EXPECT_EQ(after.conversation.last_finish(), conversation.last_finish());
  EXPECT_EQ(after.phases.size(), phases.size());
  EXPECT_EQ(after.unheard, unheard);
  EXPECT_FALSE(late_images) << "of what a host kept, nothing that came too late is heard";
  EXPECT_EQ(*after.not_for_model, *not_for_model);
  EXPECT_EQ(after.compacted, compacted);
  EXPECT_EQ(after.critic, critic);
  EXPECT_EQ(after.generated.size(), generated.size());
  EXPECT_EQ(*after.submitted, *submitted);
  EXPECT_EQ(after.artifacts, artifacts);
  EXPECT_EQ(after.notes, notes);
  EXPECT_EQ(after.offered->offers, offered->offers);
  EXPECT_EQ(after.offered->reworded, offered->reworded);
  EXPECT_EQ(after.offered->digests, offered->digests);
  EXPECT_TRUE(offered->agreed.empty()) << "what a person agreed to is asked again where a source wants it";
  EXPECT_EQ(after.artifacts_before_phase, artifacts_before_phase);
  EXPECT_EQ(after.finish, finish);
  EXPECT_EQ(after.side_usage, side_usage);
  EXPECT_EQ(after.spent, spent);
  EXPECT_FALSE(cost.total() || after.cost.total()) << "what it cost is not kept, and not taken for nothing";
  EXPECT_EQ(after.served_by, served_by);
  EXPECT_EQ(after.runs_below, runs_below);
  EXPECT_EQ(after.attempts, attempts);
  EXPECT_EQ(after.attempts_before, attempts_before);
  // The agent and the invocation come with the new record, `elapsed` with its entry; a phase starts again; nothing was
  // said to a run that is kept so and not heard; what it waited for is asked anew; one that ended is told as ended.
  // It is not reopened in a record of this kind. A run that is kept so continues no other one, and what was shown of a
  // response that broke off goes with it.
  EXPECT_FALSE(phase || waiting || ended || cut || inherited_summary || inherited > 0 || used_before);
  EXPECT_TRUE(unanswered.empty() && admitted.input.empty());
  EXPECT_EQ(last_seq, 1u);
  EXPECT_EQ(elapsed, Milliseconds(0));
}

TEST(Past, TellsOfCallsWhatTheirMessagesDoNot) {  // [DUR-05] [DUR-36]
  auto run = continued(kept_messages(), without_phases());
  const auto& closed = *std::as_const(run.conversation).find_call({2, 0});
  EXPECT_EQ(closed.state, llm::CallState::denied);
  EXPECT_EQ(closed.call.arguments, "[]") << "as the gate rewrote them";
  const auto& open = run.conversation.call_at({2, 1});
  EXPECT_EQ(open.state, llm::CallState::dispatched);
  EXPECT_TRUE(open.decided && open.is_run);
  EXPECT_EQ(open.key, "k2");
  EXPECT_EQ(open.dispatches, 2);
  EXPECT_EQ(open.plan->at("files"), 2);

  apply(run, {2, {}, {}, Intended{{2, 1}, "k2", "keyed", {}, false, true}});
  EXPECT_EQ(run.runs_below, 4) << "it was counted before";
}

TEST(Past, OfACallThatWaitsForAnApprovalIsNotTold) {  // [DUR-36]
  auto run = continued({llm::user_message("why?")}, Past{});
  apply(run, {2, {}, {}, Responded{kept_answer()}});
  apply(run, {3, {}, {}, Gated{0, {{0, Ruling::ask, "[]", "look"}, {1, Ruling::allow, "", ""}}}});
  auto past = past_of(run);
  ASSERT_EQ(past.calls.size(), 1u) << "the gate is asked about the other one again";
  EXPECT_EQ(past.calls[0].call, (llm::CallPosition{0, 1}));
}

TEST(Past, OfACallThatAPersonChangedTellsWhatItBecame) {  // [DUR-36]
  auto run = continued({llm::user_message("why?")}, Past{});
  apply(run, {2, {}, {}, Responded{kept_answer()}});
  apply(run, {3, {}, {}, Gated{0, {{0, Ruling::ask, "", ""}, {1, Ruling::ask, "", ""}}}});
  apply(run, {4, {}, {}, CallChanged{{0, 0}, "{}", "[1]", "", "ada"}});

  auto past = past_of(run);

  ASSERT_EQ(past.calls.size(), 1u);
  EXPECT_EQ(past.calls[0].arguments, "[1]");
  EXPECT_TRUE(past.calls[0].changed_by_person && past.calls[0].agreed_to);
  EXPECT_FALSE(past.calls[0].decided) << "the gate is asked about it";
}

// Places of messages and calls say nothing any more.
TEST(Past, KnowsNothingOfAConversationThatAHostHasShortened) {  // [CK-21]
  auto messages = kept_messages();
  messages.erase(messages.begin());
  auto run = continued(messages, without_phases());
  EXPECT_EQ(run.compacted, CompactedHead{});
  EXPECT_TRUE(run.generated.empty());
  EXPECT_EQ(run.conversation.call_at({2, 1}).state, llm::CallState::pending);
  EXPECT_EQ(run.runs_below, 4);
}

TEST(Past, OfACallWhoseResultAHostTookAwayIsNotBelieved) {
  auto messages = kept_messages();
  messages[2].tool_results.clear();
  auto run = continued(messages, without_phases());
  EXPECT_EQ(run.conversation.call_at({2, 0}).state, llm::CallState::pending) << "it is made again";
}

}  // namespace
}  // namespace executus::journal
