// What the fold of a journal keeps of each entry, where no run of the kernel's tests looks.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <executus/base/error.hpp>
#include <executus/journal/checkpoint.hpp>

namespace executus::journal {
namespace {

// A journal that grows, and its fold.
class Journal {
 public:
  Journal() { add(Admitted{{}, {}, {llm::user_message("why?")}}); }
  Checkpoint& add(Payload payload) {
    auto seq = folded_.last_seq + 1;
    apply(folded_, {seq, WallTime(Milliseconds(seq)), Milliseconds(10 * seq), std::move(payload)});
    return folded_;
  }
  Checkpoint& add_call() {
    llm::Response response;
    response.message = llm::assistant_message("", {{"c1", "ask", "{}"}});
    response.finish = llm::FinishReason::tool_calls;
    return add(Responded{response});
  }

 private:
  Checkpoint folded_;
};

llm::Response cut_answer() {
  llm::Response response;
  response.message = llm::assistant_message("half an ans");
  response.finish = llm::FinishReason::length;
  response.usage = {7, 1, 0, 0, 0};
  return response;
}

TEST(Fold, CountsHowOftenTheRunWasTakenUp) {  // [DUR-11]
  Journal journal;
  EXPECT_EQ(journal.add(Opened{1, "w"}).attempts, 1);
  EXPECT_EQ(journal.add(Opened{2, "w"}).attempts, 2);
}

TEST(Fold, KeepsHowTheLastAnswerEnded) {
  Journal journal;
  EXPECT_FALSE(journal.add(Opened{1, "w"}).finish);
  EXPECT_EQ(journal.add_call().finish, llm::FinishReason::tool_calls);
  journal.add(Settled{{0, 0}, llm::CallState::done, "", "seen", {}});
  EXPECT_EQ(journal.add(Responded{cut_answer()}).finish, llm::FinishReason::length);
}

Offered offered(std::string source, std::vector<OfferedTool> tools, std::map<std::string, std::string> reworded = {}) {
  return {{std::move(source), "d", std::move(tools), {}, "", std::move(reworded)}};
}

TEST(Fold, KeepsTheLastOfferOfEachSource) {  // [MCP-05]
  Journal journal;
  EXPECT_FALSE(journal.add(Opened{1, "w"}).offered);
  journal.add(offered("fs", {{"fs.read", "pure", "1"}}));
  journal.add(offered("web", {{"web.get", "pure", "1"}}));
  const auto& offers = journal.add(offered("fs", {{"fs.list", "pure", "1"}})).offered->offers;
  ASSERT_EQ(offers.size(), 2u);
  EXPECT_EQ(offers[0].tools.at(0).name, "fs.list");
  EXPECT_EQ(offers[1].source, "web");
}

TEST(Fold, KeepsHowAToolWasUntilAPersonAgreesToWhatItIsNow) {  // [MCP-05]
  Journal journal;
  journal.add(offered("fs", {{"ask", "pure", "1"}}));
  journal.add(offered("fs", {{"ask", "pure", "2"}}, {{"ask", "as it was first"}}));
  auto& folded = journal.add(offered("fs", {{"ask", "pure", "3"}}, {{"ask", "as it was then"}}));
  EXPECT_EQ(folded.offered->reworded.at("ask"), "as it was first") << "no person saw what it was meanwhile";
  journal.add_call();
  journal.add(Gated{0, {{0, Ruling::ask, "", ""}}});
  journal.add(Approved{{0, 0}, true, "", ""});
  EXPECT_TRUE(folded.offered->reworded.empty());
  EXPECT_TRUE(folded.offered->agreed.contains("ask"));
  journal.add(offered("fs", {{"ask", "pure", "4"}}, {{"ask", "as agreed to"}}));
  EXPECT_EQ(folded.offered->reworded.at("ask"), "as agreed to");
  EXPECT_FALSE(folded.offered->agreed.contains("ask"));
}

TEST(Fold, ARejectionAgreesToNoTool) {  // [MCP-05]
  Journal journal;
  journal.add(offered("fs", {{"ask", "pure", "2"}}, {{"ask", "as it was"}}));
  journal.add_call();
  journal.add(Gated{0, {{0, Ruling::ask, "", ""}}});
  const auto& folded = journal.add(Approved{{0, 0}, false, "", ""});
  EXPECT_TRUE(folded.offered->reworded.contains("ask"));
  EXPECT_TRUE(folded.offered->agreed.empty());
}

TEST(Fold, KeepsAThousandNotesAndTheNewestAmongThem) {  // [SBX-03]
  Journal journal;
  std::string newest;
  std::uint32_t response = 0;
  auto noted = [&](std::vector<std::string> names) -> const Notes& {
    Settled settled{{response++, 0}, llm::CallState::done, "", "", {}};
    for (auto& name : names) settled.notes[name] = "digest";
    newest = std::move(names.back());
    journal.add_call();
    return journal.add(std::move(settled)).notes;
  };
  for (int i = 0; i < 1'002; ++i) {
    const auto& notes = noted({"file:" + std::to_string(i * 7'919 % 1'009)});
    ASSERT_EQ(notes.size(), std::min<std::size_t>(1'000, static_cast<std::size_t>(i) + 1));
    ASSERT_TRUE(notes.contains(newest));
  }
  std::vector<std::string> many;
  for (int i = 0; i < 1'500; ++i) many.push_back("other:" + std::to_string(i));
  EXPECT_EQ(noted(many).size(), 1'500u) << "all of one call";
  EXPECT_EQ(noted({"a"}).size(), 1'000u);
}

// They answer questions of the open batch's tools; ten thousand of them must not stay.
TEST(Fold, DropsWhatModelsAnsweredToolsWhenTheBatchIsOver) {  // [DUR-09]
  Journal journal;
  journal.add_call();
  const auto& open = journal.add(Generated{{0, 0}, 1, "digest", cut_answer()});
  EXPECT_EQ(open.generated.size(), 1u);
  EXPECT_EQ(open.side_usage.input, 7);
  EXPECT_TRUE(journal.add(Settled{{0, 0}, llm::CallState::done, "", "seen", {}}).generated.empty());
}

// Whatever is sent next is another attempt, with an intent of its own.
TEST(Fold, OfAParkedCallForgetsItsIntent) {  // [DUR-43] [DUR-05]
  Journal journal;
  journal.add_call();
  auto& call = journal.add(Intended{{0, 0}, "key", "keyed", {"boot", Milliseconds(7)}}).conversation.call_at({0, 0});
  EXPECT_EQ(call.intent_moment.boot, "boot");
  call.armed = true;

  journal.add(Parked{{0, 0}, {}});

  EXPECT_FALSE(call.armed);
  EXPECT_EQ(call.intent_moment.boot, "");
  EXPECT_TRUE(call.decided);
}

TEST(Fold, OfAReopenedRunForgetsItsEndAndCountsItsLimitsAnew) {  // [DUR-40]
  Journal journal;
  journal.add(Opened{1, "w"});
  journal.add_call();
  journal.add(Settled{{0, 0}, llm::CallState::done, "", "seen", {}});
  journal.add(Ended{RunStatus::timeout, "", "too late", "run.timeout"});

  const auto& run = journal.add(Reopened{"ada"});

  EXPECT_FALSE(run.ended);
  ASSERT_TRUE(run.used_before);
  EXPECT_EQ(run.used_before->attempts, 1);
  EXPECT_EQ(run.used_before->steps, 1);
  EXPECT_EQ(run.used_before->messages, 3u);
  EXPECT_EQ(run.used_before->elapsed, Milliseconds(60));
  EXPECT_EQ(journal.add(PhaseStarted{1, "plan", "", ""}).used_before->steps, 0) << "of a conversation that is over";
}

TEST(Fold, OfAReopenedRunAsksAgainForAnAnswerThatWasNone) {  // [DUR-40]
  Journal journal;
  journal.add(Responded{cut_answer()});
  journal.add(Ended{RunStatus::error, "", "cut", "model.cut"});

  const auto& cut = journal.add(Reopened{}).conversation;

  EXPECT_EQ(cut.transcript().size(), 1u);
  EXPECT_EQ(cut.responses(), 1u) << "it was given all the same";
  EXPECT_EQ(cut.usage().input, 7);
}

TEST(Fold, OfAReopenedRunHearsWhatCameTooLateAndNothingTwice) {  // [DUR-40] [DUR-13]
  Journal journal;
  journal.add(Steered{llm::user_message("hurry"), "steer"});
  journal.add(Steered{llm::user_message("hurry"), "steer", true});  // it is there, and nothing answered it
  journal.add(Steered{llm::user_message("stop"), "steer", true});
  journal.add(Ended{RunStatus::error, "", "broke", "model.failed"});

  const auto& run = journal.add(Reopened{});

  const auto& heard = run.conversation.transcript();
  ASSERT_EQ(heard.size(), 3u);
  EXPECT_EQ(heard[1].text(), "hurry");
  EXPECT_EQ(heard[2].text(), "stop");
  EXPECT_TRUE(run.unheard.empty());
  EXPECT_EQ(run.unanswered.size(), 2u);
}

TEST(Fold, OfAReopenedRunSeesTheImagesThatCameTooLate) {  // [DUR-40] [DUR-13]
  llm::Message shown = llm::user_message("look");
  shown.parts.emplace_back(llm::Image{"pixels", "image/png"});
  Journal journal;
  EXPECT_EQ(journal.add(Steered{shown, "steer", true}).unheard, std::vector<std::string>{"look [1 image]"});
  journal.add(Ended{RunStatus::error, "", "broke", "model.failed"});

  const auto& run = journal.add(Reopened{});

  const auto& heard = run.conversation.transcript().back();
  EXPECT_EQ(heard.text(), "look");
  ASSERT_EQ(heard.parts.size(), 2u);
  EXPECT_EQ(std::get<llm::Image>(heard.parts[1]).bytes, "pixels");
  EXPECT_FALSE(run.late_images);
}

TEST(Fold, OfAReopenedRunLeavesSignalsToTheInbox) {  // [DUR-40] [DUR-44]
  Journal journal;
  journal.add(Steered{llm::user_message("signal paid"), "steer", true});  // said in these words
  for (int ends = 0; ends < 2; ++ends) {
    journal.add(Steered{llm::user_message("signal paid"), "signal", true, LeftSignal{"paid", nullptr, {}}});
    const auto& ended = journal.add(Ended{RunStatus::error, "", "broke", "model.failed"});
    ASSERT_EQ(ended.signals_left->size(), 1u);
    EXPECT_EQ((*ended.signals_left)[0].signal->name, "paid");

    const auto& run = journal.add(Reopened{});

    EXPECT_EQ(run.conversation.transcript().size(), 2u) << "the model hears the message, and no signal";
    EXPECT_EQ(run.unheard, std::vector<std::string>());
    EXPECT_FALSE(run.signals_left);
  }
}

TEST(Fold, OfAReopenedRunLeavesSignalsOfOlderVersionsUnheard) {  // [DUR-40] [DUR-44]
  Journal journal;
  journal.add(Steered{llm::user_message("signal paid"), "signal", true});
  journal.add(Ended{RunStatus::error, "", "broke", "model.failed"});

  const auto& run = journal.add(Reopened{});

  EXPECT_EQ(run.conversation.transcript().size(), 1u);
  EXPECT_EQ(run.unheard, std::vector<std::string>{"signal paid"});
}

TEST(Fold, RefusesToReopenWhatHadNotEnded) {  // [DUR-21]
  Journal journal;
  EXPECT_THROW(journal.add(Reopened{}), Error);
}

TEST(Fold, OfARedefinedRunPutsUnsentCallsBeforeTheGateAgain) {  // [DUR-22] [DUR-36]
  Journal journal;
  llm::Response response;
  response.message = llm::assistant_message("", {{"a", "ask", "{}"}, {"b", "ask", "{}"}, {"c", "ask", "{}"}});
  journal.add(Responded{response});
  journal.add(Gated{0, {{0, Ruling::ask, "", ""}, {1, Ruling::allow, "", ""}, {2, Ruling::allow, "", ""}}});
  journal.add(Intended{{0, 2}, "k", "keyed"});

  const auto& run = journal.add(Redefined{{{"name", "new"}}, "ada"});

  EXPECT_EQ(run.admitted.agent.at("name"), "new");
  auto open = run.conversation.open_batch();
  EXPECT_EQ(open[0].state, llm::CallState::pending);
  EXPECT_FALSE(open[0].decided);
  EXPECT_FALSE(open[1].decided);
  EXPECT_TRUE(open[2].decided) << "it was sent";
}

}  // namespace
}  // namespace executus::journal
