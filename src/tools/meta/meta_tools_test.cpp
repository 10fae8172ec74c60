#include "tools/meta/meta_tools.hpp"

#include <deque>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>
#include <executus/testing/manual_loop.hpp>
#include <executus/tool/invoke.hpp>

namespace executus::tools {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// A run's model that gives these answers, and keeps what it was asked.
class MetaTools : public ::testing::Test {
 protected:
  static Task<llm::Response> answered(llm::Response response) { co_return response; }

  std::string call(const std::string& name, boost::json::object arguments) {
    tool::Call made{*RunId::parse("run"), "c", "key", std::move(arguments), "/"};
    made.generate = [this](std::string system, llm::Transcript messages) {
      asked.push_back(system + "\n" + messages[0].text());
      llm::Response response;
      response.message = llm::assistant_message(answers.empty() ? "?" : answers.front());
      response.finish = finish;
      if (!answers.empty()) answers.pop_front();
      return answered(std::move(response));
    };
    if (!in_run) made.generate = {};
    auto outcome = loop.run(tool::invoke(*find(name), std::move(made)));
    const auto* failure = std::get_if<tool::Failed>(&outcome);
    return failure ? "failed: " + failure->message : std::get<tool::Done>(outcome).text;
  }
  std::shared_ptr<tool::Tool> find(const std::string& name) {
    for (auto& tool : meta_tools({.input_bytes = 1'000}))
      if (tool->info().spec.name == name) return tool;
    throw std::runtime_error("no tool " + name);
  }

  testing::ManualLoop loop;
  std::deque<std::string> answers;
  llm::FinishReason finish = llm::FinishReason::stop;
  std::vector<std::string> asked;
  bool in_run = true;
};

TEST_F(MetaTools, ClassifyGivesOneOfTheLabels) {  // [TLS-04]
  answers = {"**Bug.**"};
  EXPECT_EQ(call("classify", {{"text", "it crashes"}, {"labels", {"bug", "wish"}}, {"question", "what is it?"}}),
            R"({"label":"bug"})");
  EXPECT_THAT(asked[0], AllOf(HasSubstr("- wish"), HasSubstr("what is it?"), HasSubstr("it crashes")));
}

TEST_F(MetaTools, ClassifyAsksOnceMoreAndThenFails) {  // [TLS-04]
  answers = {"neither", "wish"};
  EXPECT_EQ(call("classify", {{"text", "t"}, {"labels", {"bug", "wish"}}}), R"({"label":"wish"})");
  EXPECT_EQ(asked.size(), 2u);
  answers = {"neither", "nor"};
  EXPECT_THAT(call("classify", {{"text", "t"}, {"labels", {"bug", "wish"}}}), HasSubstr("none of the labels: 'nor'"));
  EXPECT_THAT(call("classify", {{"text", "t"}, {"labels", {"bug"}}}), HasSubstr("2 to 100"));
}

TEST_F(MetaTools, ExtractGivesWhatStandsInTheText) {  // [TLS-05]
  answers = {
      "Here:\n```json\n{\"entities\": [{\"type\":\"person\",\"text\":\"Ada\"},{\"type\":\"person\",\"text\":"
      "\"Ada\"},{\"type\":\"city\",\"text\":\"Paris\"},{\"text\":\"no type\"}]}\n```"};
  EXPECT_EQ(call("extract_entities", {{"text", "Ada lives in London"}, {"types", "person"}}),
            R"({"entities":[{"type":"person","text":"Ada"}],"left_out_as_not_in_the_text":1})");
  EXPECT_THAT(asked[0], HasSubstr("- person")) << "one type alone is a list of one";
}

TEST_F(MetaTools, ExtractAsksOnceMoreAndThenFails) {  // [TLS-05]
  answers = {"none", "[]"};
  EXPECT_EQ(call("extract_entities", {{"text", "t"}}), R"({"entities":[]})");
  answers = {"none", "{}"};
  EXPECT_THAT(call("extract_entities", {{"text", "t"}}), HasSubstr("failed: the model gave no list"));
}

TEST_F(MetaTools, SummarizeTellsWhatTheModelIsToKeepTo) {  // [TLS-06]
  answers = {"  Short.  "};
  EXPECT_EQ(call("summarize", {{"text", "A long text."}, {"max_words", 5}, {"focus", "money"}}), "Short.");
  EXPECT_THAT(asked[0], AllOf(HasSubstr("5 words"), HasSubstr("money"), HasSubstr("A long text.")));
  EXPECT_THAT(call("summarize", {{"text", "t"}, {"max_words", 0}}), HasSubstr("1 or more"));
}

TEST_F(MetaTools, AnAnswerThatWasCutIsNone) {  // [TLS-06]
  answers = {"It beg", "no"};
  finish = llm::FinishReason::length;
  EXPECT_THAT(call("summarize", {{"text", "t"}}), HasSubstr("failed: the model's answer was cut off"));
  finish = llm::FinishReason::refusal;
  EXPECT_THAT(call("summarize", {{"text", "t"}}), AllOf(HasSubstr("no answer"), Not(HasSubstr("cut off"))));
}

TEST_F(MetaTools, TakeTextsUpToASize) {  // [TLS-07]
  for (const char* name : {"classify", "extract_entities", "summarize"}) {
    boost::json::object arguments{{"text", std::string(1'001, 'x')}};
    if (std::string(name) == "classify") arguments["labels"] = {"a", "b"};
    EXPECT_THAT(call(name, arguments), HasSubstr("1001 bytes, and this tool takes at most 1000")) << name;
    arguments["text"] = " \n";
    EXPECT_THAT(call(name, arguments), HasSubstr("empty")) << name;
  }
  EXPECT_TRUE(asked.empty());
}

TEST_F(MetaTools, NeedARun) {  // [TLS-06]
  in_run = false;
  EXPECT_THAT(call("summarize", {{"text", "t"}}), HasSubstr("there is no run here"));
}

TEST_F(MetaTools, ShareALimitOfCalls) {  // [TLS-07]
  for (const char* name : {"classify", "extract_entities", "summarize"}) {
    auto limit = find(name)->info().limit;
    ASSERT_TRUE(limit) << name;
    EXPECT_EQ(limit->calls, 50);
    EXPECT_THAT(limit->tools, ::testing::UnorderedElementsAre("classify", "extract_entities", "summarize"));
  }
}

}  // namespace
}  // namespace executus::tools
