#include <boost/json.hpp>

#include "interop.hpp"

namespace executus::interop {
namespace {

using llm::FinishReason;
using llm::Response;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kCapital = "Oslo er hovedstaden. Størst, våtest og dyrest: 挪威首都是奥斯陆。";

class Answers : public Interop {};
INSTANTIATE_TEST_SUITE_P(Interop, Answers, ::testing::ValuesIn(all_peers()),
                         [](const auto& peer) { return case_name(peer.param); });

boost::json::value arguments_of(const llm::ToolCall& call) { return boost::json::parse(call.arguments); }

std::vector<std::string> names_of(const Response& response) {
  std::vector<std::string> names;
  for (const auto& call : response.message.tool_calls) names.push_back(call.name);
  return names;
}

TEST_P(Answers, AnswersInText) {  // [LLM-10] [LLM-04] [LLM-06]
  auto response = ask(question("What is the capital of Norway?"));

  EXPECT_EQ(response.message.text(), kCapital);
  EXPECT_EQ(response.finish, FinishReason::stop);
  EXPECT_EQ(response.target, spec(GetParam()));
  EXPECT_THAT(response.message.tool_calls, IsEmpty());
  EXPECT_EQ(response.usage, (GetParam().counts_tokens ? llm::Usage{21, 13} : llm::Usage{}));
}

TEST_P(Answers, SendsSystemPromptToolsAndLimit) {  // [LLM-03] [LLM-26]
  ask(question("What is the capital of Norway?"));

  auto requests = journal();
  ASSERT_EQ(requests.size(), 1U);
  const auto& body = requests[0].at("body");
  EXPECT_EQ(body.at("model").as_string(), GetParam().model);
  EXPECT_EQ(body.at("messages").at(0).at("role"), "system");
  EXPECT_THAT(serialize(body.at("messages").at(0).at("content")), HasSubstr("You are a guide to the North."));
  EXPECT_EQ(body.at("max_tokens"), 4'000);
  EXPECT_EQ(body.at("tools").as_array().size(), 2U);
  EXPECT_EQ(body.at("tools").at(0).at("function").at("name"), "get_weather");
}

TEST_P(Answers, StreamsText) {  // [LLM-05]
  Screen screen;

  auto response = ask(question("What is the capital of Norway?"), &screen);

  EXPECT_EQ(screen.shown, kCapital);
  EXPECT_EQ(response.message.text(), kCapital);
  EXPECT_GT(screen.deltas, 5);
  EXPECT_THAT(screen.taken_back, IsEmpty());
}

TEST_P(Answers, IsTheSameStreamedAndWhole) {  // [LLM-05] [LLM-06]
  for (const char* text : {"What is the capital of Norway?", "Tell it at great length", "say it, then do it",
                           "The weather in Tromsø?", "Compare Oslo and Rome"}) {
    Screen screen;
    auto whole = ask(question(text));
    auto streamed = ask(question(text), &screen);

    EXPECT_EQ(streamed.message.text(), whole.message.text()) << text;
    EXPECT_EQ(screen.shown, whole.message.text()) << text;
    EXPECT_EQ(streamed.finish, whole.finish) << text;
    EXPECT_EQ(streamed.usage, whole.usage) << text;
    EXPECT_EQ(names_of(streamed), names_of(whole)) << text;
    ASSERT_EQ(streamed.message.tool_calls.size(), whole.message.tool_calls.size()) << text;
    for (std::size_t i = 0; i < whole.message.tool_calls.size(); ++i)
      EXPECT_EQ(arguments_of(streamed.message.tool_calls[i]), arguments_of(whole.message.tool_calls[i])) << text;
  }
}

TEST_P(Answers, SaysWhenItEndedAtTheLimit) {  // [LLM-10]
  auto response = ask(question("Tell it at great length"));

  EXPECT_EQ(response.message.text(), "There was once");
  EXPECT_EQ(response.finish, GetParam().at_limit);
}

TEST_P(Answers, CallsAToolWithArguments) {  // [LLM-26]
  Screen screen;
  for (auto* watching : {static_cast<Screen*>(nullptr), &screen}) {
    auto response = ask(question("The weather in Tromsø?"), watching);

    EXPECT_THAT(names_of(response), ElementsAre("get_weather"));
    EXPECT_EQ(arguments_of(response.message.tool_calls.at(0)),
              boost::json::parse(R"({"city": "Tromsø", "days": 3, "units": {"wind": "m/s", "hourly": true}})"));
    EXPECT_EQ(response.finish, FinishReason::tool_calls);
    EXPECT_EQ(response.message.text(), "");
  }
}

TEST_P(Answers, SaysSomethingBeforeItCallsATool) {  // [LLM-26]
  auto response = ask(question("say it, then do it"));

  EXPECT_EQ(response.message.text(), "Let me look.");
  EXPECT_THAT(names_of(response), ElementsAre("get_weather"));
  EXPECT_EQ(response.finish, FinishReason::tool_calls);
}

TEST_P(Answers, CallsToolsInParallel) {  // [LLM-26]
  Screen screen;

  auto response = ask(question("Compare Oslo and Rome"), &screen);

  ASSERT_THAT(names_of(response), ElementsAre("get_weather", "get_weather", "get_time"));
  const auto& calls = response.message.tool_calls;
  EXPECT_EQ(arguments_of(calls[0]).at("city"), "Oslo");
  EXPECT_EQ(arguments_of(calls[1]).at("city"), "Rome");
  EXPECT_EQ(arguments_of(calls[2]), boost::json::object());
  EXPECT_NE(calls[0].id, calls[1].id);
  EXPECT_NE(calls[1].id, calls[2].id);
}

// The mock answers only when it finds the results where the provider has them.
TEST_P(Answers, GoesOnWithTheResultsOfItsTools) {  // [LLM-10] [LLM-26]
  auto request = question("The weather in Tromsø?");
  answer_calls(request, ask(request), {"snow, -4 degrees"});
  auto first = ask(request);
  EXPECT_EQ(first.message.text(), "It is cold in Tromsø: -4 degrees.");

  request.messages.push_back(first.message);
  request.messages.push_back(llm::user_message("Compare Oslo and Rome"));
  Screen screen;
  answer_calls(request, ask(request, &screen), {"3 degrees", "21 degrees", "noon"});
  auto second = ask(request, &screen);

  EXPECT_EQ(second.message.text(), "Rome is warmer, and it is noon.");
  EXPECT_EQ(screen.shown, second.message.text());
}

// Results stand in the order of the calls, and each names its own.
TEST_P(Answers, TellsResultsApart) {  // [LLM-26]
  auto request = question("Compare Oslo and Rome");
  answer_calls(request, ask(request), {"3 degrees", "21 degrees", "noon"});
  ask(request);

  std::vector<std::string> called, answered, results;
  const auto requests = journal();
  for (const auto& each : requests.at(1).at("body").at("messages").as_array()) {
    const auto& message = each.as_object();
    if (const auto* calls = message.if_contains("tool_calls"))
      for (const auto& call : calls->as_array()) called.emplace_back(call.at("id").as_string());
    if (message.at("role") != "tool") continue;
    results.emplace_back(message.at("content").as_string());
    if (const auto* id = message.if_contains("tool_call_id")) answered.emplace_back(id->as_string());
  }
  EXPECT_THAT(results, ElementsAre(HasSubstr("3 degrees"), HasSubstr("21 degrees"), HasSubstr("noon")));
  EXPECT_EQ(called.size(), 3U);
  if (GetParam().has_call_ids) {
    EXPECT_EQ(answered, called);
  }
}

// With a budget for thinking the mock holds a request to what Anthropic wants: the thinking, signed, before its call.
TEST_P(Answers, KeepsItsThoughtsToItself) {  // [LLM-01]
  auto thinking = resolve(GetParam().name + "/" + GetParam().thinker + "?effort=high");
  auto request = question("think about it: the weather?");
  Screen screen;
  auto first = ask(*thinking, request, &screen);
  answer_calls(request, first, {"hail"});
  auto second = ask(*thinking, request, &screen);

  EXPECT_EQ(first.message.text(), "");
  EXPECT_EQ(second.message.text(), "Stay at home.");
  EXPECT_THAT(screen.shown, Not(HasSubstr("thought")));
}

}  // namespace
}  // namespace executus::interop
