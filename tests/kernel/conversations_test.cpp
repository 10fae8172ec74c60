// A run that goes on from another one: Invocation::continues.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/run/redefining.hpp>
#include <executus/run/reopening.hpp>
#include <executus/run/stored_run.hpp>

#include "talk_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Conversations, BeginWhereTheOtherRunEnded) {  // [DUR-46]
  Talk talk([](std::size_t turn) {
    return turn == 0 ? calls({{"c", "look", "{}"}}) : says("answer " + std::to_string(turn));
  });
  talk.add_tool("look", tool::Effect::pure);
  ASSERT_TRUE(talk.say("a", "which?").ok());

  auto outcome = talk.say("b", "since when?", "a");

  EXPECT_EQ(outcome.output, "answer 2");
  EXPECT_EQ(outcome.continues, "a");
  EXPECT_EQ(outcome.iterations, 1);
  EXPECT_EQ(outcome.usage.output, 5) << "its own";
  EXPECT_THAT(texts(talk.asked_last()), ElementsAre("which?", "", "", "answer 1", "since when?"));
  expect_valid(talk.asked_last());
  EXPECT_EQ(outcome.inherited_messages, 4u);
  EXPECT_EQ(outcome.messages.size(), 6u);
  EXPECT_EQ(talk.row("b").continues, "a");
  auto stored = talk.loop.run(read_stored_run(*talk.store, *RunId::parse("b")));
  EXPECT_EQ(outcome_of(*stored).output, "answer 2");
  EXPECT_EQ(digest_of(outcome_of(*stored)), digest_of(outcome));
}

TEST(Conversations, StoreNothingTwice) {  // [DUR-46]
  Talk talk([](std::size_t) { return says(std::string(10'000, 'x')); });
  auto bytes = [&](const std::string& id) {
    std::size_t all = 0;
    for (const auto& entry : talk.entries(id)) all += journal::encode(entry.payload).size();
    return all;
  };
  ASSERT_TRUE(talk.say("t00", "go on").ok());
  for (int turn = 1; turn < 20; ++turn) {
    auto id = std::to_string(100 + turn), base = turn == 1 ? "t00" : std::to_string(99 + turn);
    ASSERT_TRUE(talk.say(id, "go on", base).ok());
  }
  EXPECT_EQ(talk.asked_last().size(), 39u);
  EXPECT_EQ(bytes("101"), bytes("119"));
  EXPECT_LT(bytes("119"), bytes("t00") + 100);
}

TEST(Conversations, MayBeLong) {  // [DUR-46]
  constexpr int kTurns = 100;
  Talk talk(echo());
  ASSERT_TRUE(talk.say("t0", "0").ok());
  for (int turn = 1; turn < kTurns; ++turn)
    ASSERT_TRUE(talk.say("t" + std::to_string(turn), std::to_string(turn), "t" + std::to_string(turn - 1)).ok());
  EXPECT_EQ(talk.asked_last().size(), 2u * kTurns - 1);
  EXPECT_EQ(talk.asked_last()[0].text(), "0");
}

TEST(Conversations, GoTwoWaysFromOneRun) {  // [DUR-46]
  Talk talk(echo());
  ASSERT_TRUE(talk.say("a", "one").ok());
  ASSERT_TRUE(talk.say("b", "left", "a").ok());
  ASSERT_TRUE(talk.say("c", "right", "a").ok());
  EXPECT_THAT(texts(talk.asked_last()), ElementsAre("one", "re: one", "right"));
  journal::RunFilter filter;
  filter.continues = "a";
  std::vector<std::string> found;
  for (const auto& row : talk.loop.run(talk.store->inner().list(filter))) found.push_back(row.id.str());
  EXPECT_THAT(found, ElementsAre("c", "b"));
}

// What a run before did wrong is not held against the next one.
TEST(Conversations, CountTheirOwnStepsAndMistakes) {  // [DUR-46]
  Talk talk([](const llm::Request& request, std::size_t) {
    return request.messages.back().text() == "well?" ? says("fine") : calls({{"c", "look", "{}"}});
  });
  talk.add_tool("look", tool::Effect::pure).act = [] { return tool::Failed{"no"}; };
  talk.agent.max_iterations = 4;
  ASSERT_EQ(talk.say("a", "go").error_code, "run.tool_loop");
  EXPECT_EQ(talk.say("b", "well?", "a").output, "fine");
  expect_valid(talk.asked_last());
  std::set<std::string> ids;
  for (const auto& message : talk.asked_last())
    for (const auto& call : message.tool_calls) EXPECT_TRUE(ids.insert(call.id).second) << call.id;
}

TEST(Conversations, GiveCallsOfTheNextRunOtherIds) {  // [DUR-33] [DUR-46]
  Talk talk([](const llm::Request& request, std::size_t) {
    return request.messages.back().role == llm::Role::tool ? says("fine") : calls({{"c", "look", "{}"}});
  });
  talk.add_tool("look", tool::Effect::pure);
  ASSERT_TRUE(talk.say("a", "go").ok());
  ASSERT_TRUE(talk.say("b", "again", "a").ok());
  const auto& messages = talk.asked_last();
  EXPECT_NE(messages[1].tool_calls[0].id, messages[5].tool_calls[0].id);
  expect_valid(messages);
}

// Its own answer is no answer of the run before.
TEST(Conversations, ThatEndBeforeAnAnswerHaveNone) {  // [DUR-46]
  Talk talk([](const llm::Request& request, std::size_t) -> llm::Response {
    if (request.messages.back().text() == "more?")
      throw llm::ModelError(llm::Failure::permanent, "model.bad", "no more");
    return says("an answer");
  });
  ASSERT_TRUE(talk.say("a", "go").ok());
  auto outcome = talk.say("b", "more?", "a");
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_EQ(outcome.output, "");
}

TEST(Conversations, AreRefusedBeforeTheOtherRunHasEnded) {  // [DUR-46]
  Talk talk(echo());
  auto queued = talk.invocation("a");
  queued.start = Invocation::Start::queued;
  (void)talk.submit(queued);
  auto outcome = talk.say("b", "and?", "a");
  EXPECT_EQ(outcome.error_code, "submission.not_ended");
  EXPECT_THAT(outcome.error, HasSubstr("executus recover a"));
  EXPECT_FALSE(talk.loop.run(talk.store->inner().find(*RunId::parse("b"))));
}

TEST(Conversations, AreRefusedWhereTheOtherRunIsUnknown) {  // [DUR-46]
  Talk talk(echo());
  auto outcome = talk.say("b", "and?", "a");
  EXPECT_EQ(outcome.error_code, "run.unknown");
  EXPECT_THAT(outcome.error, HasSubstr("run a"));
}

TEST(Conversations, AreRefusedWithAStateOfTheirOwn) {  // [DUR-46]
  Talk talk(echo());
  ASSERT_TRUE(talk.say("a", "go").ok());
  auto wanted = talk.saying("b", "and?", "a");
  wanted.resume = ResumeState{};
  EXPECT_EQ(talk.submit(wanted).error_code, "submission.continues");
}

TEST(Conversations, AreRefusedByAHostWithoutAJournal) {  // [DUR-46]
  Talk talk(echo());
  talk.reconfigure([](ExecutorConfig& config) { config.ports.journal = nullptr; });
  EXPECT_EQ(talk.say("b", "and?", "a").error_code, "submission.continues");
}

// The model would be asked to go on with what it said itself.
TEST(Conversations, NeedAPromptAfterAnAnswer) {  // [DUR-46]
  Talk talk(echo());
  ASSERT_TRUE(talk.say("a", "go").ok());
  auto outcome = talk.say("b", "", "a");
  EXPECT_EQ(outcome.error_code, "submission.continues");
  EXPECT_THAT(outcome.error, HasSubstr("prompt"));
}

TEST(Conversations, NeedNoPromptWhereNothingWasAnswered) {  // [DUR-46]
  bool away = true;
  Talk talk([&away](std::size_t) -> llm::Response {
    if (away) throw llm::ModelError(llm::Failure::permanent, "model.bad", "no");
    return says("here I am");
  });
  ASSERT_EQ(talk.say("a", "go").status, RunStatus::error);
  away = false;
  EXPECT_EQ(talk.say("b", "", "a").output, "here I am");
  EXPECT_THAT(texts(talk.asked_last()), ElementsAre("go"));
}

TEST(Conversations, OfTheSameSubmissionAreOneRun) {  // [DUR-19] [DUR-46]
  Talk talk(echo());
  ASSERT_TRUE(talk.say("a", "one").ok());
  ASSERT_TRUE(talk.say("x", "one").ok());
  ASSERT_TRUE(talk.say("b", "two", "a").ok());
  EXPECT_TRUE(talk.say("b", "two", "a").ok());
  EXPECT_EQ(talk.say("b", "two", "x").error_code, "submission.conflict");
  EXPECT_EQ(talk.model->requests.size(), 3u);
}

// --- after a kill

TEST(Conversations, OfTheSameSubmissionAreOneRunThoughTheOtherOneGoesOn) {  // [DUR-28] [DUR-40] [DUR-46]
  bool broken = true;
  Talk talk([&](const llm::Request& request, std::size_t) {
    if (broken) throw failed("model.failed", "out of order");
    return says("re: " + request.messages.back().text());
  });
  ASSERT_EQ(talk.say("a", "go").error_code, "model.failed");
  broken = false;
  auto wanted = talk.saying("b", "and?", "a");
  wanted.definition = Invocation::Definition::of_continued;
  ASSERT_EQ(talk.submit(wanted).output, "re: and?");
  ASSERT_EQ(talk.loop.run(retry_run(*talk.store, *RunId::parse("a"))), Reopening::accepted);
  auto asked = talk.model->requests.size();

  EXPECT_EQ(talk.submit(wanted).output, "re: and?") << "the other run waits to be taken up";
  auto better = talk.agent;
  better.system_prompt = "Be better.";
  ASSERT_EQ(talk.loop.run(upgrade_run(*talk.executor, *talk.store, *RunId::parse("a"), better)),
            Redefinition::accepted);
  ASSERT_TRUE(talk.recover("a")->ok());
  EXPECT_EQ(talk.submit(wanted).output, "re: and?") << "and now it has another definition";

  EXPECT_EQ(talk.model->requests.size(), asked + 1);
  wanted.prompt = "or?";
  EXPECT_EQ(talk.submit(wanted).error_code, "submission.conflict");
}

TEST(Conversations, AskTheSameAfterAKill) {  // [DUR-34] [DUR-46]
  auto answers = [](const llm::Request& request, std::size_t turn) {
    bool asks = request.messages.back().role == llm::Role::user;
    return asks ? calls({{"c", "look", R"({"n":)" + std::to_string(turn) + "}"}}) : says("seen");
  };
  auto requests_of = [&](int writes) {
    Talk talk(answers);
    talk.add_tool("look", tool::Effect::pure);
    EXPECT_TRUE(talk.say("a", "first").ok());
    talk.store->writes_left = writes;
    auto outcome = talk.say("b", "second", "a");
    if (!outcome.ok()) {
      talk.new_process();
      auto recovered = talk.recover("b");
      if (!recovered) return std::string("not admitted");
      outcome = *recovered;
    }
    EXPECT_EQ(outcome.output, "seen");
    EXPECT_EQ(outcome.continues, "a");
    return text_of(talk.model->requests.back()) + digest_of(outcome);
  };
  auto calm = requests_of(1'000);
  int killed = 0;
  for (int writes = 0; writes < 4; ++writes) {
    auto after = requests_of(writes);
    if (after == "not admitted") continue;
    ++killed;
    EXPECT_EQ(after, calm) << "killed after " << writes << " writes";
  }
  EXPECT_GE(killed, 2);
}

// --- with a summary

struct HeadCompactor final : Compactor {
  Task<Compaction> compact(CompactionRequest request) override {
    Compaction answer;
    answer.upto = static_cast<std::uint32_t>(request.messages.size() - 1);
    answer.summary = std::string(4'000, 's') + std::to_string(++times);
    co_return answer;
  }
  int times = 0;
};

// What one run could not make shorter, or had no need to, the next one may: its model has another context.
TEST(Conversations, AreShortenedForTheNextModel) {  // [CMP-01] [DUR-46]
  Talk talk([](std::size_t) { return says("fine"); });
  HeadCompactor compactor;
  int context = 2'500;  // so many tokens, and there is nothing yet that could be shortened
  talk.reconfigure([&](ExecutorConfig& config) {
    config.compactor = &compactor;
    config.context_tokens = [&](std::string_view) { return context; };
  });
  ASSERT_TRUE(talk.say("a", std::string(12'000, 'a')).ok());
  ASSERT_EQ(compactor.times, 1);
  ASSERT_TRUE(talk.say("b", "and?", "a").ok());
  ASSERT_EQ(texts(talk.asked_last()).size(), 2u);
  EXPECT_THAT(texts(talk.asked_last())[0], HasSubstr("s2"));
  context = 800;
  ASSERT_TRUE(talk.say("c", "and?", "b").ok());
  ASSERT_EQ(texts(talk.asked_last()).size(), 2u);
  EXPECT_THAT(texts(talk.asked_last())[0], HasSubstr("s3"));
}

}  // namespace
}  // namespace executus::run
