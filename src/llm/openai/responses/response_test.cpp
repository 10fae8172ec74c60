#include "llm/openai/responses/response.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "llm/model_error_test.hpp"

namespace executus::llm::openai {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Response read_of_lab(std::string_view body) {
  return read_responses_body(body, {"lab", "lab/m", "c4n4ry-secret", {}, {}});
}

ModelError error_of_lab(std::string_view body) {
  return error_in([&] { return read_of_lab(body); }, body);
}

std::string response_object(std::string_view output, std::string_view rest = R"("status":"completed")") {
  return "{\"id\":\"resp_1\",\"object\":\"response\",\"error\":null,\"output\":" + std::string(output) + "," +
         std::string(rest) + "}";
}

constexpr std::string_view kSaysHello =
    R"([{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]}])";

TEST(ResponsesResponse, HasTextUsageAndTarget) {  // [LLM-04] [LLM-06]
  auto response = read_of_lab(response_object(kSaysHello, R"("status":"completed","incomplete_details":null,
    "usage":{"input_tokens":36,"input_tokens_details":{"cached_tokens":12,"cache_write_tokens":8},"output_tokens":87,
             "output_tokens_details":{"reasoning_tokens":64},"total_tokens":123})"));

  EXPECT_EQ(response.message, assistant_message("Hello"));
  EXPECT_EQ(response.finish, FinishReason::stop);
  EXPECT_EQ(response.usage, (Usage{.input = 36, .output = 87, .cache_read = 12, .cache_write = 8, .reasoning = 64}));
  EXPECT_EQ(response.target, "lab/m");
}

TEST(ResponsesResponse, CountsReasoningIntoTheOutputWhereTheServerDoesNot) {  // [LLM-06]
  auto response = read_of_lab(response_object(kSaysHello, R"("usage":{"input_tokens":10,"output_tokens":2,
      "total_tokens":331,"output_tokens_details":{"reasoning_tokens":319}})"));

  EXPECT_EQ(response.usage, (Usage{.input = 10, .output = 321, .reasoning = 319}));
}

TEST(ResponsesResponse, HasParallelCalls) {  // [LLM-26]
  auto response = read_of_lab(response_object(R"([
    {"id":"fc_1","type":"function_call","call_id":"a","name":"grep","arguments":"{\"p\":1}"},
    {"id":"fc_2","type":"function_call","call_id":"b","name":"now","arguments":""},
    {"id":"fc_3","type":"function_call","name":"put","arguments":"{}"}])"));

  EXPECT_EQ(response.finish, FinishReason::tool_calls);
  EXPECT_EQ(response.message.tool_calls,
            (std::vector<ToolCall>{{"a", "grep", "{\"p\":1}"}, {"b", "now", "{}"}, {"call_0_2", "put", "{}"}}));
}

TEST(ResponsesResponse, ShowsARefusalAsText) {
  auto response = read_of_lab(response_object(
      R"([{"type":"message","role":"assistant","content":[{"type":"refusal","refusal":"I will not."}]}])"));

  EXPECT_EQ(response.finish, FinishReason::refusal);
  EXPECT_EQ(response.message.text(), "I will not.");
}

TEST(ResponsesResponse, TellsWhyItIsIncomplete) {
  auto finish = [](std::string_view details) {
    return read_of_lab(
               response_object(kSaysHello, "\"status\":\"incomplete\",\"incomplete_details\":" + std::string(details)))
        .finish;
  };

  EXPECT_EQ(finish(R"({"reason":"max_output_tokens"})"), FinishReason::length);
  EXPECT_EQ(finish(R"({"reason":"content_filter"})"), FinishReason::refusal);
  EXPECT_EQ(finish("null"), FinishReason::other);
}

TEST(ResponsesResponse, ThatIsNoAnswerIsAFailedAttempt) {  // [LLM-15]
  EXPECT_EQ(error_of_lab(response_object(kSaysHello, R"("status":"incomplete","incomplete_details":{"reason":"odd"})"))
                .code(),
            "model.broken");
  EXPECT_EQ(error_of_lab(response_object("[]", R"("status":"completed")")).code(), "model.broken");
  EXPECT_EQ(error_of_lab(response_object(R"([{"type":"reasoning","summary":[]}])", R"("status":"completed")")).code(),
            "model.broken");
}

TEST(ResponsesResponse, CutByItsLimitHasACutCall) {
  auto response = read_of_lab(
      response_object(R"([{"type":"function_call","call_id":"a","name":"f","arguments":"{\"text\": \"It w"}])",
                      R"("status":"incomplete","incomplete_details":{"reason":"max_output_tokens"})"));
  EXPECT_EQ(response.finish, FinishReason::length);
  EXPECT_EQ(response.message.tool_calls.at(0).arguments, "{\"text\": \"It w");
}

TEST(ResponsesResponse, ThatFailedIsAnError) {  // [LLM-15]
  auto failed = [](std::string_view code) {
    return error_of_lab(response_object("[]", R"("status":"failed","error":{"code":")" + std::string(code) +
                                                  R"(","message":"key c4n4ry-secret: sorry"})"));
  };

  for (std::string_view code : {"server_error", "vector_store_timeout", "never_heard"})
    EXPECT_EQ(failed(code).failure(), Failure::transient) << code;
  for (std::string_view code : {"invalid_prompt", "image_too_large", "invalid_base64_image", "context_length_exceeded"})
    EXPECT_EQ(failed(code).failure(), Failure::permanent) << code;
  EXPECT_EQ(failed("rate_limit_exceeded").code(), "model.overloaded");
  EXPECT_THAT(failed("server_error").message(), AllOf(HasSubstr("key ***: sorry"), Not(HasSubstr("c4n4ry"))));
}

TEST(ResponsesResponse, ThatFailedWithoutAReasonIsAnError) {  // [LLM-15]
  EXPECT_EQ(error_of_lab(R"({"status":"failed","output":[]})").failure(), Failure::transient);
}

TEST(ResponsesResponse, MayBeAnErrorInDisguise) {  // [LLM-15]
  EXPECT_EQ(error_of_lab(R"({"error":{"message":"no","type":"invalid_request_error"}})").failure(), Failure::permanent);
  EXPECT_EQ(error_of_lab(R"({"error":"busy"})").failure(), Failure::transient);
}

TEST(ResponsesResponse, ThatIsNoneIsAnError) {
  for (std::string_view body : {"", "<html>", "[]", "{}", R"({"output":{}})", R"({"choices":[]})",
                                R"({"status":"in_progress","output":[]})", R"({"status":"queued","output":[]})"}) {
    auto error = error_of_lab(body);
    EXPECT_EQ(error.code(), "model.malformed") << body;
    EXPECT_EQ(error.failure(), Failure::unknown);
  }
}

TEST(ResponsesResponse, WithAStatusThatQuotesTheKeyDoesNotSayIt) {
  auto error = error_of_lab(R"({"status":"queued for c4n4ry-secret","output":[]})");

  EXPECT_THAT(error.message(), AllOf(HasSubstr("queued for ***"), Not(HasSubstr("c4n4ry"))));
}

TEST(ResponsesResponse, OfOddShapesDoesNotFail) {
  auto response = read_of_lab(R"({"output":[null,1,{},{"type":"message"},{"type":"message","content":[null,{}]},
                                            {"type":"message","content":[{"text":"x"}]}],
                                  "usage":{"input_tokens":-3,"output_tokens":"x"}})");

  EXPECT_EQ(response.usage, Usage{});
  EXPECT_EQ(response.message, assistant_message("x"));
}

TEST(ResponsesResponse, WithACutItemIsNoFinishedAnswer) {  // [LLM-15] [LLM-26]
  auto said = read_of_lab(
      response_object(R"([{"type":"message","status":"incomplete","content":[{"type":"output_text","text":"Hel"}]}])"));
  EXPECT_EQ(said.finish, FinishReason::other);

  for (auto arguments : {"", "{}"}) {
    auto called = read_of_lab(response_object(
        R"([{"type":"function_call","status":"incomplete","call_id":"a","name":"rm","arguments":")" +
        std::string(arguments) + R"("},{"type":"function_call","call_id":"b","name":"now","arguments":"{}"}])"));
    EXPECT_EQ(called.message.tool_calls.at(0).arguments, kCutArguments);
    EXPECT_EQ(called.message.tool_calls.at(1).arguments, "{}");
    EXPECT_EQ(called.finish, FinishReason::other);
  }
}

TEST(ResponsesResponse, WithAnErrorThatReportsNothingIsAnAnswer) {  // [LLM-15]
  for (auto error : {"{}", R"({"code":null,"message":""})", R"({"code":"","message":null})"}) {
    auto response = read_of_lab(R"({"error":)" + std::string(error) + R"(,"status":"completed","output":)" +
                                std::string(kSaysHello) + "}");
    EXPECT_EQ(response.message, assistant_message("Hello")) << error;
  }
  EXPECT_EQ(error_of_lab(R"({"error":{"code":null},"status":"failed","output":[]})").code(), "model.unavailable");
}

}  // namespace
}  // namespace executus::llm::openai
