// Errors within a chat stream, and streams that are of no use.
#include <gmock/gmock.h>

#include <executus/llm/kit/answer_errors.hpp>

#include "llm/model_error_test.hpp"
#include "llm/openai/chat/chat_events_test.hpp"
#include "llm/openai/chat/stream.hpp"

namespace executus::llm::openai {
namespace {

using ::testing::HasSubstr;

TEST(ChatStream, ThrowsTheErrorItHolds) {  // [LLM-15]
  auto busy = error_in(
      [] { return read_events({delta(R"({"content":"x"})"), R"({"error":{"message":"overloaded","code":503}})"}); });
  auto bad =
      error_in([] { return read_events({R"({"error":{"message":"too long","code":"context_length_exceeded"}})"}); });

  EXPECT_EQ(busy.failure(), Failure::transient);
  EXPECT_THAT(busy.message(), HasSubstr("overloaded"));
  EXPECT_EQ(bad.failure(), Failure::permanent);
}

TEST(ChatStream, OfGarbageIsMalformed) {
  EXPECT_EQ(error_in([] { return read_events({"{\"choices\":"}); }).code(), "model.malformed");
  EXPECT_EQ(error_in([] { return read_events({"[DONE]"}); }).code(), "model.malformed");
  EXPECT_EQ(error_in([] { return read_events({R"({"id":"x","choices":[]})", "[DONE]"}); }).code(), "model.malformed");
}

TEST(ChatStream, OfOddShapesDoesNotFail) {
  auto response = read_events({R"({"choices":null})", R"({"choices":[null]})", R"({"choices":[{"delta":null}]})",
                               delta(R"({"content":null,"tool_calls":null})"), delta(R"({"tool_calls":[null,{}]})"),
                               R"({"choices":[],"usage":{"prompt_tokens":-3,"completion_tokens":"x"}})",
                               delta(R"({"content":"x"})", "\"stop\""), "[DONE]"});

  EXPECT_EQ(response.usage, Usage{});
}

TEST(ChatStream, ThatDoesNotSayWhyItEndedIsBroken) {  // [LLM-15]
  const auto text = delta(R"({"content":"Half an ans"})");
  EXPECT_EQ(code_of({text, "[DONE]"}), "model.broken");
  EXPECT_EQ(code_of({text, delta("{}", "\"error\""), "[DONE]"}), "model.broken");
  EXPECT_EQ(code_of({text, delta("{}", "\"tool_calls\""), "[DONE]"}), "model.broken");
  EXPECT_EQ(code_of({delta(R"({"content":""})"), delta("{}", "\"stop\""), "[DONE]"}), "model.broken");
  EXPECT_EQ(code_of({text, delta("{}", "\"error\""), delta("{}", "\"stop\""), "[DONE]"}), "model.broken");
}

TEST(ChatStream, ThrowsAnErrorWhereverItStands) {  // [LLM-15]
  const auto text = delta(R"({"content":"Half an ans"})");
  const std::string error = R"("error":{"message":"upstream timed out","code":504})";
  for (const std::string& last : std::vector<std::string>{
           choice(R"("delta":{"content":""},"finish_reason":"error",)" + error), choice(R"("delta":{)" + error + "}"),
           "{" + error + "}", R"({"errors":[{"message":"upstream timed out","code":504}]})",
           R"({"object":"error","message":"upstream timed out","code":504})",
           R"({"message":"upstream timed out","code":504})"}) {
    auto thrown = error_in([&] { return read_events({text, last, "[DONE]"}); });
    EXPECT_EQ(thrown.code(), "model.unavailable") << last;
    EXPECT_EQ(thrown.http_status(), 504) << last;
    EXPECT_THAT(thrown.message(), HasSubstr("upstream timed out"));
  }
}

TEST(ChatStream, TakesAnErrorThatSaysNothingForNone) {  // [LLM-05]
  for (std::string none : {R"("")", "{}", "false", "null", "[]", "0"}) {
    auto response =
        read_events({R"({"error":)" + none + R"(,"choices":[{"delta":{"content":"x"},"error":)" + none + "}]}",
                     delta("{}", "\"stop\"")});
    EXPECT_EQ(response.message.text(), "x") << none;
  }
}

// As gateways with an envelope of their own send it, at the end or first.
TEST(ChatStream, TakesWordsThatSayNoErrorForNone) {  // [LLM-05] [LLM-15]
  const auto text = delta(R"({"content":"x"})"), stop = delta("{}", "\"stop\"");
  for (const std::string& words :
       {R"({"choices":[],"usage":{"prompt_tokens":1},"code":0,"message":"Success"})",
        R"({"choices":[],"usage":{"prompt_tokens":1},"msg":"ok","code":200})", R"({"choices":[],"message":"queue 3"})",
        R"({"choices":null,"code":0,"message":"Success"})", R"({"code":0,"message":"accepted"})"}) {
    EXPECT_EQ(read_events({text, stop, words, "[DONE]"}).message.text(), "x") << words;
    EXPECT_EQ(read_events({words, text, stop}).message.text(), "x") << words;
  }
  EXPECT_EQ(read_events({text, stop, R"({"message":"bye"})"}).message.text(), "x");
}

TEST(ChatStream, PassesOverGreetingsAndWhatAServersToolSays) {  // [LLM-05] [LLM-15]
  const auto text = delta(R"({"content":"x"})"), stop = delta("{}", "\"stop\"");
  for (const std::string& words :
       {std::string(R"({"type":"connected","message":"stream opened"})"), std::string(R"({"msg":"connected"})"),
        std::string(R"({"type":"tool_status","tool":"search","status":"error"})"),
        delta(R"({"type":"tool_result","status":"failed","tool":"search"})")})
    EXPECT_EQ(read_events({words, text, stop}).message.text(), "x") << words;
}

TEST(ChatStream, ThatGroqStoppedEarlyIsNoAnswer) {  // [LLM-15]
  const auto text = delta(R"({"content":"half"})"), stop = delta("{}", "\"stop\"");
  auto error = R"("x_groq":{"id":"r","error":"over_capacity"}})";
  EXPECT_EQ(code_of({text, stop.substr(0, stop.size() - 1) + "," + error, "[DONE]"}), "model.unavailable");
  EXPECT_EQ(code_of({text, std::string(R"({"choices":[],)") + error, stop, "[DONE]"}), "model.unavailable");
}

TEST(ChatStream, ReadsAListOfChunks) {  // [LLM-05]
  const auto text = delta(R"({"content":"x"})"), stop = delta("{}", "\"stop\"");
  EXPECT_EQ(read_events({"[" + text + "," + text + "]", stop}).message.text(), "xx");
  EXPECT_EQ(code_of({"[" + text + ",1]", stop}), "model.malformed");
  EXPECT_EQ(code_of({"[]", text, stop}), "model.malformed");
}

TEST(ChatStream, FindsAnErrorAlsoBesideUsage) {  // [LLM-15]
  const auto text = delta(R"({"content":"x"})"), stop = delta("{}", "\"stop\"");
  EXPECT_EQ(code_of({text, R"({"choices":null,"message":"no"})", stop}), "model.unavailable");
  EXPECT_EQ(code_of({text, R"({"choices":null,"code":0,"message":"no"})", stop}), "model.unavailable");
  EXPECT_EQ(code_of({R"({"message":"no"})", text, stop}), "model.unavailable");
  for (const std::string& error : {R"({"choices":[],"usage":{"prompt_tokens":1},"code":504,"message":"timed out"})",
                                   R"({"message":"timed out","statusCode":504})"})
    EXPECT_EQ(code_of({text, stop, error}), "model.unavailable") << error;
  EXPECT_EQ(code_of({R"({"choices":[],"message":"This model's maximum context length is 8192 tokens"})"}),
            "model.request_too_large");
}

TEST(ChatStream, IsBrokenWhereItHasTooManyCalls) {  // [LLM-15]
  auto calls = [](std::size_t count) {
    std::vector<std::string> events;
    for (std::size_t i = 0; i < count; ++i)
      events.push_back(
          delta(R"({"tool_calls":[{"index":)" + std::to_string(i) + R"(,"function":{"name":"f","arguments":"{}"}}]})"));
    events.push_back(delta("{}", "\"tool_calls\""));
    return events;
  };
  EXPECT_EQ(read_events(calls(kMostStreamedCalls)).message.tool_calls.size(), kMostStreamedCalls);
  EXPECT_EQ(code_of(calls(kMostStreamedCalls + 1)), "model.broken");
  std::string whole = R"({"object":"chat.completion","choices":[{"index":0,"message":{"tool_calls":[)";
  for (std::size_t i = 0; i <= kMostStreamedCalls; ++i)
    whole += std::string(i > 0 ? "," : "") + R"({"function":{"name":"f","arguments":"{}"}})";
  EXPECT_EQ(code_of({whole + R"(]},"finish_reason":"tool_calls"}]})"}), "model.broken");
}

}  // namespace
}  // namespace executus::llm::openai
