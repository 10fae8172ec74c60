#include "llm/openai/chat/response.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "llm/model_error_test.hpp"

namespace executus::llm::openai {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Asked asked_of_lab() { return {"lab", "lab/m", "c4n4ry-secret", {}, {}}; }

Response read(std::string_view body) { return read_response(body, asked_of_lab()); }

ModelError error_of(std::string_view body) {
  return error_in([&] { return read(body); }, body);
}

std::string with_choice(std::string_view choice) { return "{\"choices\":[" + std::string(choice) + "]}"; }

TEST(ChatResponse, HasTextUsageAndTarget) {  // [LLM-04] [LLM-06]
  auto response = read(R"({"choices":[{"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],
    "usage":{"prompt_tokens":10,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":2},
             "completion_tokens_details":{"reasoning_tokens":3}}})");

  EXPECT_EQ(response.message, assistant_message("Hello"));
  EXPECT_EQ(response.finish, FinishReason::stop);
  EXPECT_EQ(response.usage, (Usage{.input = 10, .output = 7, .cache_read = 4, .cache_write = 2, .reasoning = 3}));
  EXPECT_EQ(response.target, "lab/m");
}

std::string with_usage(std::string_view usage) {
  return R"({"choices":[{"message":{"content":"x"}}],"usage":)" + std::string(usage) + "}";
}

// As xAI counts: prompt and completion and reasoning are the total.
TEST(ChatResponse, CountsReasoningIntoTheOutputWhereTheServerDoesNot) {  // [LLM-06]
  auto beside = read(with_usage(R"({"prompt_tokens":10,"completion_tokens":2,"total_tokens":331,
                                    "completion_tokens_details":{"reasoning_tokens":319}})"));
  auto within = read(with_usage(R"({"prompt_tokens":10,"completion_tokens":321,"total_tokens":331,
                                    "completion_tokens_details":{"reasoning_tokens":319}})"));

  EXPECT_EQ(beside.usage, (Usage{.input = 10, .output = 321, .reasoning = 319}));
  EXPECT_EQ(within.usage, beside.usage);
}

TEST(ChatResponse, HasAtLeastAsMuchOutputAsReasoning) {  // [LLM-06]
  auto odd = read(with_usage(R"({"prompt_tokens":10,"completion_tokens":2,
                                 "completion_tokens_details":{"reasoning_tokens":319}})"));

  EXPECT_EQ(odd.usage, (Usage{.input = 10, .output = 319, .reasoning = 319}));
}

TEST(ChatResponse, HasToolCalls) {
  auto response = read(with_choice(R"({"finish_reason":"stop","message":{"content":null,"tool_calls":[
    {"id":"a","type":"function","function":{"name":"grep","arguments":"{\"p\":1}"}},
    {"id":"b","type":"function","function":{"name":"now","arguments":""}},
    {"id":"c","type":"function","function":{"name":"put","arguments":{"x":[1]}}}]}})"));

  EXPECT_EQ(response.finish, FinishReason::tool_calls);
  EXPECT_EQ(response.message.tool_calls,
            (std::vector<ToolCall>{{"a", "grep", "{\"p\":1}"}, {"b", "now", "{}"}, {"c", "put", "{\"x\":[1]}"}}));
}

TEST(ChatResponse, MakesIdsThatAreMissingOrTaken) {  // [LLM-26]
  Asked question = asked_of_lab();
  question.ids = CallIds(Transcript{user_message("u"), assistant_message("", {{"call_0", "a", "{}"}})});

  auto response = read_response(with_choice(R"({"finish_reason":"tool_calls","message":{"tool_calls":[
    {"id":"call_0","function":{"name":"a"}},{"function":{"name":"b"}},
    {"id":"x","function":{"name":"c"}},{"id":"x","function":{"name":"d"}}]}})"),
                                question);

  std::vector<std::string> ids;
  for (const auto& call : response.message.tool_calls) ids.push_back(call.id);
  EXPECT_THAT(ids, ::testing::ElementsAre("call_2_0", "call_2_1", "x", "call_2_3"));
}

TEST(ChatResponse, TellsFinishReasonsApart) {
  auto finish = [](std::string_view choice) { return read(with_choice(choice)).finish; };

  EXPECT_EQ(finish(R"({"finish_reason":"length","message":{"content":"x"}})"), FinishReason::length);
  EXPECT_EQ(finish(R"({"finish_reason":"content_filter","message":{"content":""}})"), FinishReason::refusal);
  EXPECT_EQ(finish(R"({"finish_reason":null,"message":{"content":"x"}})"), FinishReason::stop);
}

TEST(ChatResponse, ThatIsNoAnswerIsAFailedAttempt) {  // [LLM-15]
  for (auto choice : {R"({"finish_reason":"odd","message":{"content":"x"}})",
                      R"({"finish_reason":"tool_calls","message":{"content":"x"}})",
                      R"({"finish_reason":"stop","message":{"content":""}})",
                      R"({"finish_reason":"stop","message":{"content":null,"reasoning_content":"hm"}})"}) {
    EXPECT_EQ(error_of(with_choice(choice)).code(), "model.broken") << choice;
    EXPECT_EQ(error_of(with_choice(choice)).failure(), Failure::transient);
  }
  EXPECT_EQ(error_of(with_choice(R"({"finish_reason":"error","message":{"content":"x"},"error":{"code":502}})")).code(),
            "model.unavailable");
}

TEST(ChatResponse, ReadsTheOldFormOfACallAndAChunkInPlaceOfAnAnswer) {  // [LLM-05]
  auto old = read(with_choice(
      R"({"finish_reason":"function_call","message":{"content":null,"function_call":{"name":"f","arguments":"{}"}}})"));
  EXPECT_EQ(old.message.tool_calls.at(0).name, "f");
  EXPECT_EQ(read(with_choice(R"({"delta":{"content":"x"},"finish_reason":"stop"})")).message.text(), "x");
}

TEST(ChatResponse, NeverTakesOddArgumentsForNone) {  // [LLM-26]
  auto response = read(with_choice(R"({"finish_reason":"tool_calls","message":{"tool_calls":[
      {"id":"a","function":{"name":"f","arguments":[1]}},{"id":"b","function":{"name":"f","arguments":"null"}},
      {"id":"c","function":{"name":"f","arguments":"\"{\\\"x\\\":1}\""}}]}})"));
  EXPECT_EQ(response.message.tool_calls.at(0).arguments, "[1]") << "the model is told";
  EXPECT_EQ(response.message.tool_calls.at(1).arguments, "{}");
  EXPECT_EQ(response.message.tool_calls.at(2).arguments, R"({"x":1})");
}

TEST(ChatResponse, ShowsARefusalAsText) {
  auto response = read(with_choice(R"({"finish_reason":"stop","message":{"content":null,"refusal":"I will not."}})"));

  EXPECT_EQ(response.finish, FinishReason::refusal);
  EXPECT_EQ(response.message.text(), "I will not.");
}

TEST(ChatResponse, KeepsReasoningForTheServerThatSentIt) {  // [LLM-01]
  auto response = read(with_choice(R"({"message":{"content":"x","reasoning_content":"hm"}})"));

  ASSERT_EQ(response.message.parts.size(), 2U);
  EXPECT_EQ(std::get<Opaque>(response.message.parts[0]),
            (Opaque{"lab", boost::json::object{{"reasoning_content", "hm"}}}));
}

TEST(ChatResponse, ThatIsNoneIsAnError) {
  for (std::string_view body : {"", "<html>", "[]", "{}", R"({"choices":[]})", R"({"choices":[{}]})"}) {
    auto error = error_of(body);
    EXPECT_EQ(error.code(), "model.malformed") << body;
    EXPECT_EQ(error.failure(), Failure::unknown);
  }
}

TEST(ChatResponse, MayBeAnErrorInDisguise) {  // [LLM-15]
  EXPECT_EQ(error_of(R"({"error":{"message":"busy","code":502}})").failure(), Failure::transient);
  EXPECT_EQ(error_of(R"({"error":{"message":"no","type":"invalid_request_error"}})").failure(), Failure::permanent);
  EXPECT_THAT(error_of(R"({"error":"key c4n4ry-secret is bad"})").message(),
              ::testing::AllOf(HasSubstr("key *** is bad"), Not(HasSubstr("c4n4ry"))));
}

TEST(ChatResponse, WithoutAFinishWordIsAnAnswerOnlyOfWholeText) {  // [LLM-15]
  std::string_view calls = R"("tool_calls":[{"id":"a","function":{"name":"rm","arguments":""}}])";
  auto of = [&](std::string_view key, std::string_view what) {
    return with_choice("{\"" + std::string(key) + "\":{" + std::string(what) + "}}");
  };

  EXPECT_EQ(error_of(of("delta", calls)).code(), "model.truncated");
  EXPECT_EQ(error_of(of("delta", R"("content":"x")")).code(), "model.truncated");
  EXPECT_EQ(error_of(R"({"object":"chat.completion.chunk","choices":[{"message":{"content":"x"}}]})").code(),
            "model.truncated");
  EXPECT_EQ(error_of(of("message", calls)).code(), "model.broken");
  EXPECT_EQ(error_of(of("message", R"("content":"x",)" + std::string(calls))).code(), "model.broken");
  EXPECT_EQ(read(of("message", R"("content":"x")")).message.text(), "x");
}

TEST(ChatResponse, TakesTheTextNullForNoFinishWord) {  // [LLM-15]
  EXPECT_EQ(read(with_choice(R"({"finish_reason":"null","message":{"content":"x"}})")).finish, FinishReason::stop);
  EXPECT_EQ(error_of(with_choice(R"({"finish_reason":"null","delta":{"content":"x"}})")).code(), "model.truncated");
}

}  // namespace
}  // namespace executus::llm::openai
