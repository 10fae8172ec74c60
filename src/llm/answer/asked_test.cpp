#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <executus/llm/kit/asked.hpp>

#include "llm/answer/unmade_calls.hpp"

namespace executus::llm {
namespace {

std::string last_arguments(FinishReason finish, std::string arguments) {
  Response response;
  response.finish = finish;
  response.message = assistant_message("", {{"c1", "look", "{}"}, {"c2", "wipe", std::move(arguments)}});
  mark_cut_call(response);
  EXPECT_EQ(response.message.tool_calls.front().arguments, "{}") << "one that others follow is whole";
  return response.message.tool_calls.back().arguments;
}

TEST(CutCall, IsNotTakenForOneWithoutArguments) {  // [LLM-26]
  EXPECT_EQ(last_arguments(FinishReason::length, "{}").find("{}"), std::string::npos);
  EXPECT_EQ(last_arguments(FinishReason::length, R"({"all":true})"), R"({"all":true})");
  EXPECT_EQ(last_arguments(FinishReason::tool_calls, "{}"), "{}");
}

TEST(CutCall, IsAlsoOneThatAFilterCut) {  // [LLM-26]
  EXPECT_EQ(last_arguments(FinishReason::refusal, "{}"), kCutArguments);
  EXPECT_EQ(last_arguments(FinishReason::other, "{}"), kCutArguments);
}

std::string arguments_of(std::string arguments, boost::json::object schema) {
  Request request;
  request.tools = ToolSpecs(std::vector<ToolSpec>{{"note.it", "Notes.", std::move(schema)}});
  auto who = asked({"lab", "http://lab", "", "LLM_LAB"}, "m", request);
  return completed({{"a", who.names.to_wire("note.it"), std::move(arguments)}}, who).at(0).arguments;
}

TEST(Completed, TakesArgumentsOutOfASecondEncoding) {  // [LLM-26]
  boost::json::object object{{"type", "object"}};
  EXPECT_EQ(arguments_of(R"("{\"city\":\"Oslo\"}")", object), R"({"city":"Oslo"})");
  EXPECT_EQ(arguments_of(R"("\"{}\"")", object), R"("\"{}\"")") << "one layer";
  EXPECT_EQ(arguments_of(R"("[1]")", object), R"("[1]")") << "no object";
  EXPECT_EQ(arguments_of(R"("{\"city\":")", object), R"("{\"city\":")");
  EXPECT_EQ(arguments_of(R"("{}")", {{"type", "string"}}), R"("{}")") << "the tool takes a text";
  EXPECT_EQ(arguments_of(R"("{}")", {{"type", boost::json::array{"object", "string"}}}), R"("{}")");
}

TEST(Asked, KnowsWhetherItIsAskedAfterResults) {
  Request request;
  EXPECT_FALSE(asked({}, "m", request).after_results);
  request.messages.push_back(user_message("hi"));
  EXPECT_FALSE(asked({}, "m", request).after_results);
  request.messages.push_back({Role::tool, {}, {}, {}});
  EXPECT_TRUE(asked({}, "m", request).after_results);
  request.messages.push_back(user_message("an image of it"));
  EXPECT_TRUE(asked({}, "m", request).after_results);
  request.messages.push_back(assistant_message("I see"));
  request.messages.push_back(user_message("and now?"));
  EXPECT_FALSE(asked({}, "m", request).after_results) << "that was a turn before";
}

TEST(CutCall, IsNothingWithoutCalls) {
  Response response;
  response.finish = FinishReason::length;
  EXPECT_NO_THROW(mark_cut_call(response));
}

TEST(RefusedAnswer, HasNoCalls) {  // [LLM-15] [LLM-26]
  Response response;
  response.message = assistant_message("I look.", {{"c1", "look", "{}"}});
  response.message.parts.emplace_back(Opaque{"lab", boost::json::object{{"call_id", "c1"}}});
  for (auto finish : {FinishReason::length, FinishReason::tool_calls}) {
    response.finish = finish;
    drop_refused_calls(response);
    EXPECT_EQ(response.message.tool_calls.size(), 1U);
  }

  response.finish = FinishReason::refusal;
  drop_refused_calls(response);
  EXPECT_EQ(response.message, assistant_message("I look."));
}

}  // namespace
}  // namespace executus::llm
