// What a run continues: damaged, gone, under another definition, with phases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/run/stored_run.hpp>

#include "talk_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

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

}  // namespace
}  // namespace executus::run
