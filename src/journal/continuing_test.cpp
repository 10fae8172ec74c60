// With what a run begins that continues another one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/error.hpp>
#include <executus/journal/checkpoint.hpp>

namespace executus::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Told {
 public:
  explicit Told(Checkpoint begun = {}) : checkpoint(std::move(begun)) {}
  Told& add(Payload payload) {
    apply(checkpoint, {checkpoint.last_seq + 1, {}, {}, std::move(payload)});
    return *this;
  }
  Told& says(std::string text, std::vector<llm::ToolCall> calls = {}) {
    llm::Response response;
    response.message = llm::assistant_message(std::move(text), std::move(calls));
    response.usage = {10, 5, 0, 0, 0};
    response.target = "lab/model";
    return add(Responded{std::move(response)});
  }
  Checkpoint checkpoint;
};

Told asked(const std::string& prompt) {
  Told run;
  run.add(Admitted{{}, {}, {llm::user_message(prompt)}}).add(Opened{1, "w"});
  return run;
}

Told next_of(const Told& base, const std::string& prompt) {
  Told run(continuing("base", base.checkpoint));
  Continued reference{"base", base.checkpoint.last_seq};
  run.add(Admitted{{}, {}, {llm::user_message(prompt)}, {}, reference});
  return run;
}

std::vector<std::string> texts(const llm::Transcript& messages) {
  std::vector<std::string> all;
  for (const auto& message : messages) all.push_back(message.text());
  return all;
}

TEST(Continuing, BeginsWithTheConversationAndCountsAnew) {  // [DUR-46]
  auto base = asked("which?");
  base.says("db").add(Ended{});
  auto run = next_of(base, "since when?");
  EXPECT_THAT(texts(run.checkpoint.conversation.transcript()), ElementsAre("which?", "db", "since when?"));
  EXPECT_EQ(run.checkpoint.inherited, 2u);
  EXPECT_EQ(run.checkpoint.conversation.steps(), 0);
  EXPECT_EQ(run.checkpoint.conversation.usage(), llm::Usage{});
  EXPECT_EQ(run.checkpoint.attempts, 0);
  EXPECT_FALSE(run.checkpoint.ended || run.checkpoint.finish);
}

TEST(Continuing, TellsThatACallWhichWaitedWasNotMade) {  // [DUR-46] [DUR-43]
  auto base = asked("pay when it is due");
  base.says("", {{"c", "nap", "{}"}}).add(Parked{{0, 0}, {WallTime(Milliseconds(5))}, false});
  base.add(Waited{WaitReason::timer, {{0, 0}}, "", WallTime(Milliseconds(5))});
  base.add(Ended{RunStatus::cancelled, "", "", "run.cancelled"});
  auto run = next_of(base, "and now?");
  const auto& transcript = run.checkpoint.conversation.transcript();
  EXPECT_THAT(transcript[2].tool_results.at(0).text, HasSubstr("not made"));
}

TEST(Continuing, WithoutTheOtherRunSaysSo) {  // [DUR-46]
  auto base = asked("which?");
  Entry first{1, {}, {}, Admitted{{}, {}, {}, {}, Continued{"base", 2}}};
  auto code_of = [&](Checkpoint begun) {
    try {
      apply(begun, first);
    } catch (const Error& error) {
      return error.code();
    }
    return std::string("no error");
  };
  EXPECT_EQ(code_of({}), "journal.base_missing");
  EXPECT_EQ(code_of(continuing("another", base.checkpoint)), "journal.base_missing");
  EXPECT_EQ(code_of(continuing("base", base.checkpoint)), "no error");
  base.add(Ended{});
  EXPECT_EQ(code_of(continuing("base", base.checkpoint)), "journal.base_missing") << "as it stands later";
}

TEST(Continuing, GivesEveryOpenCallAResult) {  // [DUR-33] [DUR-46]
  auto base = asked("go");
  base.says("", {{"c1", "look", "{}"}, {"c2", "charge", "{}"}, {"c3", "mail", "{}"}, {"c4", "ask", "{}"}});
  base.add(Settled{{0, 0}, llm::CallState::done, "", "seen", {}});
  base.add(Intended{{0, 1}, "k", "irreversible"});
  base.add(Gated{0, {{3, Ruling::ask, "", ""}}});
  base.add(Steered{llm::user_message("hurry"), "steer"}).add(Ended{RunStatus::cancelled, "", "", "run.cancelled"});
  auto run = next_of(base, "well?");

  const auto& messages = run.checkpoint.conversation.transcript();
  ASSERT_THAT(texts(messages), ElementsAre("go", "", "", "hurry", "well?"));
  const auto& results = messages[2].tool_results;
  ASSERT_EQ(results.size(), 4u);
  EXPECT_EQ(results[0].text, "seen");
  EXPECT_THAT(results[1].text, HasSubstr("may have happened"));
  EXPECT_THAT(results[2].text, HasSubstr("before this call gave a result"));
  EXPECT_THAT(results[3].text, HasSubstr("before a person allowed it"));
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(results[i].call_id, messages[1].tool_calls[i].id);
  EXPECT_TRUE(run.checkpoint.conversation.open_batch().empty());
  EXPECT_TRUE(run.checkpoint.conversation.has_call_id("c2")) << "it is not given to another call";
}

TEST(Continuing, KeepsTheSummaryOfTheHead) {  // [DUR-46]
  auto base = asked("which?");
  base.says("db").add(Compacted{2, "they asked", 900, 100, {}, ""}).says("really").add(Ended{});
  auto run = next_of(base, "since when?");
  EXPECT_EQ(run.checkpoint.compacted, (CompactedHead{2, 0, "they asked"}));

  run.add(PhaseStarted{0, "plan", "", "m"});
  EXPECT_EQ(run.checkpoint.compacted.summary, "they asked") << "each phase begins with it";
  run.add(Compacted{3, "more", 900, 100, {}, ""}).add(PhaseEnded{0, "plan", PhaseEnd::completed, "p", ""});
  run.add(PhaseStarted{1, "write", "", "m"});
  EXPECT_EQ(run.checkpoint.compacted.summary, "they asked");
}

TEST(Continuing, KeepsTheNotesOfWhatWasRefused) {  // [DUR-46] [RUN-39]
  Told base;
  auto picture = llm::user_message("look");
  picture.parts.emplace_back(llm::Image{"bytes", "image/png"});
  base.add(Admitted{{}, {}, {picture}}).add(Opened{1, "w"});
  base.add(Withheld{{{{0, llm::MessagePart::Kind::images, 0}, "[left out]"}}, "too large"})
      .add(Ended{RunStatus::error, "", "", ""});
  auto run = next_of(base, "and now?");
  for (const auto& part : run.checkpoint.conversation.transcript()[0].parts)
    EXPECT_FALSE(std::holds_alternative<llm::Image>(part));
  EXPECT_THAT(run.checkpoint.conversation.transcript()[0].text(), HasSubstr("[left out]"));
}

TEST(Continuing, KeepsWhatToolsNoted) {  // [DUR-46] [SBX-03]
  auto base = asked("which?");
  llm::Response response;
  response.message = llm::assistant_message("", {{"c1", "edit_file", "{}"}, {"c2", "edit_file", "{}"}});
  base.add(Responded{response, {}});
  Settled first{{0, 0}, llm::CallState::done, "k", "", {}}, second{{0, 1}, llm::CallState::done, "k", "", {}};
  first.notes = {{"file:/a", "1"}, {"file:/b", "1"}};
  second.notes = {{"file:/a", "2"}};
  base.add(first).add(second);
  EXPECT_EQ(base.checkpoint.notes, (Notes{{"file:/a", "2"}, {"file:/b", "1"}})) << "the last of a name counts";
  EXPECT_EQ(next_of(base, "and now?").checkpoint.notes, base.checkpoint.notes);
}

TEST(Continuing, ARunOfPhasesTakesWhatItWasAskedAndWhatItSaid) {  // [DUR-46]
  auto base = asked("which?");
  base.add(PhaseStarted{0, "plan", "", "m"})
      .says("a plan")
      .add(PhaseEnded{0, "plan", PhaseEnd::completed, "a plan", ""});
  base.add(PhaseStarted{1, "write", "", "m"}).says("db").add(PhaseEnded{1, "write", PhaseEnd::completed, "db", ""});
  base.add(Ended{RunStatus::ok, "db", "", ""});
  auto run = next_of(base, "since when?");
  EXPECT_THAT(texts(run.checkpoint.opening), ElementsAre("which?", "db", "since when?"));
}

TEST(Continuing, ACutAnswerIsToldAsCut) {  // [DUR-46] [API-12]
  auto base = asked("which?");
  base.add(Cut{"The slow one is"}).add(Ended{RunStatus::cancelled, "", "", "run.cancelled"});
  EXPECT_EQ(base.checkpoint.conversation.transcript().size(), 1u) << "it is no answer";
  auto run = next_of(base, "go on");
  auto all = texts(run.checkpoint.conversation.transcript());
  ASSERT_EQ(all.size(), 3u);
  EXPECT_THAT(all[1], ::testing::StartsWith("The slow one is\n[Cut off here"));
}

// A run that is taken up again after its end may answer after all.
TEST(Continuing, ACutAnswerGoesWithTheNextOne) {  // [API-12]
  auto run = asked("which?");
  run.add(Cut{"The slow one is"}).says("It is db.");
  EXPECT_FALSE(run.checkpoint.cut);
}

}  // namespace
}  // namespace executus::journal
