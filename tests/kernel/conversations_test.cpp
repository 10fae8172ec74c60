// A run that goes on from another one: Invocation::continues.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>
#include <executus/run/stored_run.hpp>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string text_of(const llm::Request& request) {
  std::string all = request.system;
  for (const auto& message : request.messages) all += '\n' + write_json(llm::to_json(message));
  for (const auto& tool : request.tools) all += '\n' + tool.name;
  return all;
}

std::vector<std::string> texts(const llm::Transcript& messages) {
  std::vector<std::string> all;
  for (const auto& message : messages) all.push_back(message.text());
  return all;
}

// Every call has its result right behind it.
void expect_valid(const llm::Transcript& messages) {
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].tool_calls.empty()) continue;
    ASSERT_LT(i + 1, messages.size());
    ASSERT_EQ(messages[i + 1].tool_results.size(), messages[i].tool_calls.size());
    for (std::size_t c = 0; c < messages[i].tool_calls.size(); ++c)
      EXPECT_EQ(messages[i + 1].tool_results[c].call_id, messages[i].tool_calls[c].id);
  }
}

class Talk : public Harness {
 public:
  template <class Answer>
  explicit Talk(Answer answer) : Harness(std::move(answer)) {}

  Invocation saying(const std::string& id, const std::string& prompt, const std::string& base) {
    auto wanted = invocation(id);
    wanted.prompt = prompt;
    if (!base.empty()) wanted.continues = *RunId::parse(base);
    return wanted;
  }
  RunOutcome say(const std::string& id, const std::string& prompt, const std::string& base = "") {
    return submit(saying(id, prompt, base));
  }
  RunOutcome submit(Invocation wanted) { return loop.run(executor->run(agent, std::move(wanted))); }
  journal::RunRow row(const std::string& id) { return *loop.run(store->inner().find(*RunId::parse(id))); }
  const llm::Transcript& asked_last() const { return model->requests.back().messages; }
};

auto echo() {
  return [](const llm::Request& request, std::size_t) { return says("re: " + request.messages.back().text()); };
}

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

// --- what it continues is damaged, or gone

class Written : public Talk {
 public:
  Written() : Talk(echo()) {}
  void write(const std::string& id, const std::string& base, std::uint64_t upto) {
    journal::Admission admission;
    admission.id = *RunId::parse(id);
    admission.agent = "test";
    admission.start = journal::Start::queued;
    auto stored = std::get<journal::Admitted>(entries("a")[0].payload);
    stored.continues = journal::Continued{base, upto};
    admission.entry = {1, {}, {}, std::move(stored)};
    (void)loop.run(store->inner().admit(std::move(admission)));
  }
  std::string code_of_reading(const std::string& id) {
    try {
      (void)loop.run(read_stored_run(store->inner(), *RunId::parse(id)));
    } catch (const Error& error) {
      message = error.message();
      return error.code();
    }
    return "";
  }
  std::string message;
};

TEST(Conversations, OfARunThatIsGoneAreSetAside) {  // [DUR-46]
  Written talk;
  ASSERT_TRUE(talk.say("a", "go").ok());
  talk.write("b", "gone", 3);
  EXPECT_EQ(talk.code_of_reading("b"), "journal.base_missing");
  EXPECT_THAT(talk.message, HasSubstr("run gone, which it continues, is not in the store any more"));
  RecoverOptions options;
  RootGroup group(talk.loop);
  auto recovered = talk.loop.run(recover_runs(group, *talk.executor, *talk.store, options));
  EXPECT_EQ(talk.row("b").status, RunStatus::quarantined);
  group.join();
}

TEST(Conversations, ThatGoRoundInCirclesAreDamaged) {  // [DUR-46]
  Written talk;
  ASSERT_TRUE(talk.say("a", "go").ok());
  talk.write("b", "c", 1);
  talk.write("c", "b", 1);
  EXPECT_EQ(talk.code_of_reading("b"), "journal.malformed");
  EXPECT_THAT(talk.message, HasSubstr("continues itself"));
}

TEST(Conversations, OfARunThatLostEntriesAreDamaged) {  // [DUR-46]
  Written talk;
  ASSERT_TRUE(talk.say("a", "go").ok());
  talk.write("b", "a", 99);
  EXPECT_EQ(talk.code_of_reading("b"), "journal.malformed");
  EXPECT_THAT(talk.message, HasSubstr("run a, which it continues, has lost its last entries"));
}

// As it was then, though it went on since.
TEST(Conversations, ReferToTheOtherRunAsItWas) {  // [DUR-46]
  Written talk;
  ASSERT_TRUE(talk.say("a", "go").ok());
  talk.write("b", "a", 2);
  auto stored = talk.loop.run(read_stored_run(talk.store->inner(), *RunId::parse("b")));
  EXPECT_THAT(texts(stored->checkpoint.conversation.transcript()), ElementsAre("go", "go"))
      << "its first two entries have no answer";
}

// --- under another definition

TEST(Conversations, GoOnUnderTheGivenDefinition) {  // [DUR-46]
  Talk talk([](const llm::Request& request, std::size_t) {
    bool asks = request.messages.back().text() == "go";
    return asks ? calls({{"c", "look", R"({"n":1})"}}) : says("fine");
  });
  talk.add_tool("look", tool::Effect::pure);
  ASSERT_TRUE(talk.say("a", "go").ok());
  talk.agent.system_prompt = "Be brief.";
  talk.agent.tools.clear();

  ASSERT_TRUE(talk.say("b", "and?", "a").ok());

  EXPECT_EQ(talk.model->requests.back().system, "Be brief.");
  EXPECT_TRUE(talk.model->requests.back().tools.empty());
  EXPECT_THAT(texts(talk.asked_last()), ElementsAre("go", HasSubstr("tool look"), "fine", "and?"));
  for (const auto& message : talk.asked_last()) EXPECT_TRUE(message.tool_calls.empty() && message.tool_results.empty());
}

TEST(Conversations, GoOnUnderTheOldDefinitionWhereThatIsAskedFor) {  // [DUR-46]
  Talk talk(echo());
  talk.add_tool("look", tool::Effect::pure);
  ASSERT_TRUE(talk.say("a", "go").ok());
  talk.agent.system_prompt = "Be brief.";
  talk.agent.tools.clear();
  auto wanted = talk.saying("b", "and?", "a");
  wanted.definition = Invocation::Definition::of_continued;

  auto outcome = talk.submit(wanted);

  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(talk.model->requests.back().system, "Be good.");
  ASSERT_EQ(talk.model->requests.back().tools.size(), 1u);
  EXPECT_EQ(talk.row("b").agent, "test");
}

TEST(Conversations, UnderTheOldDefinitionNeedItsTools) {  // [DUR-46]
  Talk talk(echo());
  talk.add_tool("look", tool::Effect::pure);
  ASSERT_TRUE(talk.say("a", "go").ok());
  talk.forget_tools();
  talk.new_process();
  auto wanted = talk.saying("b", "and?", "a");
  wanted.definition = Invocation::Definition::of_continued;
  EXPECT_THAT(talk.submit(wanted).error, HasSubstr("look"));
}

TEST(Conversations, GiveSignedThoughtsBackUntouched) {  // [DUR-46]
  Talk talk([](std::size_t turn) {
    auto response = says("answer " + std::to_string(turn));
    response.message.parts.emplace_back(llm::Opaque{"lab", boost::json::value(std::to_string(turn)), "model"});
    return response;
  });
  ASSERT_TRUE(talk.say("a", "one").ok());
  ASSERT_TRUE(talk.say("b", "two", "a").ok());
  ASSERT_TRUE(talk.say("c", "three", "b").ok());
  for (std::size_t turn : {0u, 1u})
    EXPECT_EQ(talk.asked_last()[2 * turn + 1].parts[1],
              llm::Part(llm::Opaque{"lab", boost::json::value(std::to_string(turn)), "model"}));
}

// --- with phases

TEST(Conversations, TellEachPhaseWhatWasSaidBefore) {  // [DUR-46]
  Talk talk(echo());
  ASSERT_TRUE(talk.say("a", "one").ok());
  talk.agent.phases = {{.name = "plan", .system_prompt = "Plan {{Query}}."}, {.name = "write", .system_prompt = "W."}};
  auto outcome = talk.say("b", "two", "a");
  EXPECT_EQ(outcome.output, "re: two");
  EXPECT_EQ(talk.model->requests[1].system, "Plan two.");
  for (std::size_t request : {1u, 2u})
    EXPECT_THAT(texts(talk.model->requests[request].messages), ElementsAre("one", "re: one", "two"));
}

// --- a response that breaks off

// Says half an answer, and then nothing more until it is cancelled.
class HalfAnswer final : public llm::Model {
 public:
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver* observer) override {
    requests.push_back(std::move(request));
    if (whole) co_return *whole;
    if (observer) observer->on_text("The slow one ");
    if (observer) observer->on_text("is");
    if (then) then();
    OneShot<> never;
    co_await never.wait();
    co_return llm::Response{};
  }
  const std::string& target() const override { return target_; }
  std::vector<llm::Request> requests;
  std::optional<llm::Response> whole;
  std::function<void()> then;

 private:
  std::string target_ = "test/model";
};

class Cut : public ::testing::Test {
 protected:
  Cut() : talk([](std::size_t) { return says("unused"); }) {
    talk.reconfigure([this](ExecutorConfig& config) {
      config.models = &models;
      config.ports.observer = &observer;
    });
  }
  RunOutcome stopped(Cancellation why = {Cause::caller, "stop"}) {
    CancelScope scope;
    model->then = [&scope, why] { scope.cancel(why); };
    return talk.run_in(scope, "a");
  }

  Talk talk;
  EntryObserver observer{[](const journal::Entry&) {}};
  std::shared_ptr<HalfAnswer> model = std::make_shared<HalfAnswer>();
  OneModelResolver models{model};
};

TEST_F(Cut, IsJournaledAndNoAnswer) {  // [API-12]
  auto outcome = stopped();
  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_THAT(talk.kinds("a"), ElementsAre("admitted", "opened", "cut", "ended"));
  EXPECT_EQ(outcome.output, "The slow one is") << "partial, as the status says";
  EXPECT_THAT(outcome.messages.back().text(), HasSubstr("[Cut off here"));
  EXPECT_FALSE(outcome.finish);
  EXPECT_EQ(outcome.iterations, 0);
}

TEST_F(Cut, IsReadByTheNextRun) {  // [API-12] [DUR-46]
  (void)stopped();
  model->whole = says("The slow one is db.");
  EXPECT_EQ(talk.say("b", "go on", "a").output, "The slow one is db.");
  EXPECT_THAT(texts(model->requests.back().messages),
              ElementsAre("please", StartsWith("The slow one is\n[Cut off here"), "go on"));
}

TEST_F(Cut, IsNotWrittenForARunThatGoesOnElsewhere) {  // [API-12] [DUR-03]
  auto outcome = stopped({Cause::shutdown, "bye"});
  EXPECT_EQ(outcome.status, RunStatus::running);
  EXPECT_THAT(talk.kinds("a"), ::testing::Not(::testing::Contains("cut")));
}

TEST_F(Cut, IsNotWrittenWhereNothingWasShown) {  // [API-12]
  talk.reconfigure([this](ExecutorConfig& config) { config.models = &models; });
  auto outcome = stopped();
  EXPECT_EQ(outcome.status, RunStatus::cancelled);
  EXPECT_THAT(talk.kinds("a"), ElementsAre("admitted", "opened", "ended"));
  EXPECT_EQ(outcome.output, "");
}

}  // namespace
}  // namespace executus::run
