#include "agent/given_answer.hpp"

#include <gmock/gmock.h>

#include <executus/agent/loop.hpp>
#include <executus/base/json.hpp>

namespace executus::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Is = Given::Is;

AnswerForm form_of(std::string_view schema) { return AnswerForm(parse_json(schema).value().as_object()); }

const AnswerForm& number() {
  static const AnswerForm form = form_of(R"({"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]})");
  return form;
}

// A conversation that is told what happens.
struct Told : llm::Conversation {
  Told() { add(llm::user_message("go")); }
  Told& says(std::string text, llm::FinishReason finish = llm::FinishReason::stop) {
    llm::Response response;
    response.message = llm::assistant_message(std::move(text));
    response.finish = finish;
    add_response(std::move(response));
    return *this;
  }
  Told& calls(std::string tool, std::string arguments, llm::CallState state,
              llm::FinishReason finish = llm::FinishReason::tool_calls) {
    llm::Response response;
    response.message = llm::assistant_message("", {{"c", tool, std::move(arguments)}});
    response.finish = finish;
    add_response(std::move(response));
    settle({responses() - 1, 0}, state, {"c", tool, "what came of it", {}, state != llm::CallState::done});
    return *this;
  }
  Told& hears(std::string text) {
    add(llm::user_message(std::move(text)));
    return *this;
  }
  Is is() const { return given_answer(*this, number()).is; }
  int failed() const { return failed_answers(*this, number()); }
  Next next(int max_steps = 10) const {
    Limits limits;
    limits.form = &number();
    limits.max_steps = max_steps;
    return decide(*this, limits);
  }
};

constexpr auto kDone = llm::CallState::done;
constexpr auto kFailed = llm::CallState::failed;

TEST(GivenAnswer, IsTextOrArguments) {  // [API-08]
  EXPECT_EQ(Told().says(R"({"n":1})").is(), Is::value);
  EXPECT_EQ(Told().calls("submit", R"({"n":1})", kDone).is(), Is::value);
  EXPECT_EQ(Told().calls("look", R"({"n":1})", kDone).is(), Is::none);
  EXPECT_EQ(Told().is(), Is::none);
  EXPECT_EQ(Told().says(R"({"n":1})").hears("and?").is(), Is::none);
}

TEST(GivenAnswer, IsUnfitCutOrRefused) {  // [API-08]
  EXPECT_EQ(Told().says("one").is(), Is::unfit);
  EXPECT_EQ(Told().says("").is(), Is::unfit);
  EXPECT_EQ(Told().calls("submit", "{}", kFailed).is(), Is::unfit);
  EXPECT_EQ(Told().calls("submit", R"({"n":"1"})", kDone).is(), Is::unfit) << "whoever accepted it";
  EXPECT_EQ(Told().says(R"({"n":1})", llm::FinishReason::length).is(), Is::cut);
  EXPECT_EQ(Told().calls("submit", R"({"n":1})", kDone, llm::FinishReason::length).is(), Is::cut);
  EXPECT_EQ(Told().says("no", llm::FinishReason::refusal).is(), Is::refused);
}

// What a call beside it shows the model says nothing about the answer; what a person says does.
TEST(GivenAnswer, CountsBesideACallThatAttachesAMessage) {  // [API-08]
  Told told;
  llm::Response response;
  response.message = llm::assistant_message("", {{"l", "look", "{}"}, {"s", "submit", R"({"n":1})"}});
  response.finish = llm::FinishReason::tool_calls;
  told.add_response(std::move(response));
  told.settle({0, 0}, kDone, {"l", "look", "see below", {}, false}, {llm::user_message("the page")});
  told.settle({0, 1}, kDone, {"s", "submit", "Accepted.", {}, false});
  EXPECT_EQ(told.is(), Is::value);
  EXPECT_EQ(told.next(), Next::answered);
  EXPECT_EQ(told.hears("and?").is(), Is::none);
}

TEST(FailedAnswers, AreCountedOverTheConversation) {  // [API-08]
  Told told;
  told.says("one").hears("again").calls("look", "{}", kFailed).calls("submit", "{}", kFailed);
  EXPECT_EQ(told.failed(), 2);
  told.says(R"({"n":1})").hears("look again");
  EXPECT_EQ(told.failed(), 2) << "a value that the run went on from is none";
  EXPECT_EQ(told.says("two").failed(), 3);
}

TEST(FailedAnswers, AreNotThoseBeforeTheConversationBegan) {  // [API-08]
  Told told;
  told.says("one").hears("again").says("two");
  auto before = told.transcript();
  told.begin(before);
  EXPECT_EQ(told.hears("once more").failed(), 0);
}

TEST(GivenAnswer, IsNoneThatWasThereBeforeTheConversationBegan) {  // [API-08] [DUR-46]
  Told told;
  told.calls("submit", R"({"n":1})", kDone);
  auto before = told.transcript();
  told.begin(before);
  EXPECT_EQ(told.is(), Is::none);
}

TEST(Decide, EndsWithAValueAndRepairsWhatIsNone) {  // [API-08]
  EXPECT_EQ(Told().says(R"({"n":1})").next(), Next::answered);
  EXPECT_EQ(Told().calls("submit", R"({"n":1})", kDone).next(), Next::answered);
  EXPECT_EQ(Told().says("one").next(), Next::repair);
  EXPECT_EQ(Told().calls("submit", "{}", kFailed).next(), Next::call_model) << "the result says what is wrong";
  EXPECT_EQ(Told().says("one").next(1), Next::unfit) << "no step is left";
  EXPECT_EQ(Told().says("one").hears("again").next(), Next::call_model);
  Told thrice;
  thrice.says("one").hears("again").says("two").hears("again").says("three");
  EXPECT_EQ(thrice.next(), Next::unfit);
}

TEST(AnswerForm, WrapsWhatIsNoPlainObject) {  // [API-08]
  auto list = form_of(R"({"type":"array","items":{"$ref":"#/$defs/n"},"$defs":{"n":{"type":"integer"}}})");
  EXPECT_EQ(list.of_arguments({{"answer", boost::json::array{1}}}).value, boost::json::value(boost::json::array{1}));
  EXPECT_THAT(list.of_arguments({{"answer", boost::json::array{"x"}}}).findings, ElementsAre(HasSubstr("/answer/0")));
  EXPECT_FALSE(list.of_arguments({{"other", 1}}).value);
  auto choice = form_of(R"({"type":"object","anyOf":[{"required":["a"]},{"required":["b"]}]})");
  EXPECT_EQ(choice.parameters().at("required"), boost::json::array{"answer"});
  EXPECT_FALSE(choice.of_arguments({{"answer", boost::json::object{}}}).value);
}

TEST(AnswerForm, MovesReferencesToTheRootWhenItWraps) {  // [API-08]
  auto tree = form_of(R"({"type":["object","null"],"properties":{"next":{"$ref":"#"}},
                          "default":{"$ref":"#"},"enum":[null,{"next":null}]})");
  const auto& inner = tree.parameters().at("properties").at("answer");
  EXPECT_EQ(inner.at("properties").at("next").at("$ref"), boost::json::value("#/properties/answer"));
  EXPECT_EQ(inner.at("default").at("$ref"), boost::json::value("#")) << "that is data";
  EXPECT_TRUE(tree.of_arguments(parse_json(R"({"answer":{"next":null}})").value().as_object()).value);
}

TEST(AnswerForm, MovesReferencesBelowNamesThatLookLikeKeywords) {  // [API-08]
  auto form = form_of(R"({"type":["object","null"],"dependencies":{"const":{"$ref":"#/x-more/n"}},
                          "x-more":{"n":{"minProperties":2}}})");
  const auto& inner = form.parameters().at("properties").at("answer");
  EXPECT_EQ(inner.at("dependencies").at("const").at("$ref"), boost::json::value("#/properties/answer/x-more/n"));
  EXPECT_FALSE(form.of_arguments(parse_json(R"({"answer":{"const":1}})").value().as_object()).value);
}

// A run's value is read from its output, by whoever asks for it.
TEST(AnswerForm, TakesNumbersThatAreReadBackFromTheirText) {  // [API-08]
  auto form = form_of(R"({"type":"object","properties":{"n":{"type":"number"}}})");
  for (std::string number : {"1.0", "0.1", "1e21", "1e-300", "9007199254740993", "18446744073709551615", "-0.0",
                             "3.6893488147419103e19", "1.7976931348623157e308"}) {
    auto reading = form.of_text(R"({"n":)" + number + "}");
    if (!reading.value) continue;
    auto again = form.of_text(write_json(*reading.value));
    ASSERT_TRUE(again.value) << number;
    EXPECT_EQ(write_json(*again.value), write_json(*reading.value));
  }
}

TEST(AnswerForm, TellsFindingsInShort) {  // [API-08]
  std::vector<std::string> findings(12, std::string(1'000, 'x'));
  auto text = findings_text(findings);
  EXPECT_LT(text.size(), 3'200u);
  EXPECT_THAT(text, HasSubstr("and more"));
}

}  // namespace
}  // namespace executus::agent
