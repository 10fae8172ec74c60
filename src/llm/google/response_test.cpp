#include "llm/google/response.hpp"

#include <gmock/gmock.h>

#include <executus/llm/kit/answer_errors.hpp>

#include "llm/model_error_test.hpp"

namespace executus::llm::google {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Asked answering() {
  return {
      "google", "google/m", "c4n4ry-secret", ToolNames(ToolSpecs(std::vector<ToolSpec>{{"files.read", "", {}}})), {}};
}

Response read(std::string_view body) { return read_response(body, answering()); }

ModelError response_error(std::string_view body) {
  auto error = error_in([&] { return read(body); }, body);
  EXPECT_THAT(error.message(), AllOf(HasSubstr("google/m"), Not(HasSubstr("c4n4ry")))) << body;
  return error;
}

std::string candidate(std::string_view parts, std::string_view finish, std::string_view more = "") {
  return R"({"candidates":[{"content":{"parts":)" + std::string(parts) + R"(,"role":"model"},"finishReason":")" +
         std::string(finish) + R"(","index":0)" + std::string(more) + "}]}";
}

// Recorded of gemini-3.7-flash, the signature shortened.
constexpr const char* kText = R"({"candidates":[{"content":{"parts":[{"text":"Hello! How can I help you today?",
  "thoughtSignature":"EmcKZQERTTIP"}],"role":"model"},"finishReason":"STOP","index":0}],
  "usageMetadata":{"promptTokenCount":2,"candidatesTokenCount":9,"totalTokenCount":11,
  "promptTokensDetails":[{"modality":"TEXT","tokenCount":2}],"serviceTier":"standard"},
  "modelVersion":"gemini-3.7-flash","responseId":"kNiDavuDIcja"})";

TEST(GoogleResponse, IsTextWithItsSignature) {  // [LLM-01] [LLM-04]
  auto response = read(kText);

  EXPECT_EQ(response.message.text(), "Hello! How can I help you today?");
  EXPECT_EQ(response.finish, FinishReason::stop);
  EXPECT_EQ(response.target, "google/m");
  EXPECT_EQ(response.usage, (Usage{.input = 2, .output = 9}));
  ASSERT_EQ(response.message.parts.size(), 2U);
  EXPECT_EQ(std::get<Opaque>(response.message.parts[1]).provider, "google");
}

TEST(GoogleResponse, HoldsCallsThatWereMadeAtOnce) {  // [LLM-26]
  auto response = read(candidate(R"([{"functionCall":{"name":"files_read","args":{"path":"a"},"id":"lpndqlku"},
                                      "thoughtSignature":"AY89"},
                                     {"functionCall":{"name":"files_read","args":{"path":"b"}}}])",
                                 "STOP", R"(,"finishMessage":"Model generated function call(s).")"));

  EXPECT_THAT(response.message.tool_calls, ElementsAre(ToolCall{"lpndqlku", "files.read", R"({"path":"a"})"},
                                                       ToolCall{"call_0_1", "files.read", R"({"path":"b"})"}));
  EXPECT_EQ(response.finish, FinishReason::tool_calls);
}

TEST(GoogleResponse, CountsThoughtsAsOutputAndTheCacheAsInput) {  // [LLM-06] [MOD-07]
  auto response = read(R"({"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"STOP"}],"usageMetadata":{
      "promptTokenCount":55,"cachedContentTokenCount":40,"candidatesTokenCount":51,"totalTokenCount":251,
      "toolUsePromptTokenCount":89,"thoughtsTokenCount":56}})");

  EXPECT_EQ(response.usage, (Usage{.input = 144, .output = 107, .cache_read = 40, .cache_write = 0, .reasoning = 56}));
}

TEST(GoogleResponse, CountsNoMoreThanCanBeAddedUp) {
  auto response = read(R"({"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"STOP"}],"usageMetadata":{
    "promptTokenCount":9223372036854775807,"toolUsePromptTokenCount":9223372036854775807,
    "candidatesTokenCount":9223372036854775807,"thoughtsTokenCount":9223372036854775807}})");

  EXPECT_EQ(response.usage.output, 2 * response.usage.reasoning);
  EXPECT_EQ(response.usage.input, response.usage.output);
}

TEST(GoogleResponse, TellsWhyItEnded) {
  auto finish = [](std::string_view reason) { return read(candidate(R"([{"text":"x"}])", reason)).finish; };

  EXPECT_EQ(finish("STOP"), FinishReason::stop);
  EXPECT_EQ(finish("MAX_TOKENS"), FinishReason::length);
  for (const char* reason : {"SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII"})
    EXPECT_EQ(finish(reason), FinishReason::refusal) << reason;
}

TEST(GoogleResponse, ThatIsNoAnswerIsAFailedAttempt) {  // [LLM-15]
  for (const char* reason : {"OTHER", "TOO_MANY_TOOL_CALLS", "A_NEW_ONE"}) {
    auto error = response_error(candidate(R"([{"text":"x"}])", reason, R"(,"finishMessage":"c4n4ry-secret")"));
    EXPECT_EQ(error.code(), "model.broken");
    EXPECT_THAT(error.message(), HasSubstr(reason));
  }
  for (const char* parts : {"[]", R"([{"text":""}])", R"([{"text":"hm","thought":true}])"})
    EXPECT_EQ(response_error(candidate(parts, "STOP")).code(), "model.broken") << parts;
}

TEST(GoogleResponse, CutByItsLimitHasACutCall) {
  auto response = read(candidate(R"([{"functionCall":{"name":"files_read","args":{}}}])", "MAX_TOKENS"));
  EXPECT_EQ(response.finish, FinishReason::length) << "so that the call is not made";
}

TEST(GoogleResponse, NeverTakesOddArgumentsForNone) {  // [LLM-26]
  auto response = read(candidate(R"([{"functionCall":{"name":"files_read","args":"{\"path\":\"a\"}"}},
                                     {"functionCall":{"name":"files_read","args":[1]}}])",
                                 "STOP"));
  EXPECT_EQ(response.message.tool_calls.at(0).arguments, R"({"path":"a"})");
  EXPECT_EQ(response.message.tool_calls.at(1).arguments, "[1]");
}

TEST(GoogleResponse, ReadsTheFirstCandidateOnly) {
  auto response = read(R"({"candidates":[{"index":1,"content":{"parts":[{"text":"no"}]},"finishReason":"STOP"},
                                         {"index":0,"content":{"parts":[{"text":"yes"}]},"finishReason":"STOP"}]})");
  EXPECT_EQ(response.message.text(), "yes");
}

TEST(GoogleResponse, ThatUsedUpItsTokensByThinkingIsALengthStop) {
  auto response = read(R"({"candidates":[{"content":{"role":"model"},"finishReason":"MAX_TOKENS","index":0}],
                           "usageMetadata":{"promptTokenCount":3,"thoughtsTokenCount":100}})");

  EXPECT_EQ(response.finish, FinishReason::length);
  EXPECT_EQ(response.usage, (Usage{.input = 3, .output = 100, .reasoning = 100}));
  EXPECT_TRUE(response.message.parts.empty());
}

TEST(GoogleResponse, OfABlockedPromptIsARefusal) {
  auto response = read(R"({"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},
                           "usageMetadata":{"promptTokenCount":9,"totalTokenCount":9}})");

  EXPECT_EQ(response.finish, FinishReason::refusal);
  EXPECT_EQ(response.message.text(), "The prompt was blocked (PROHIBITED_CONTENT).");
  EXPECT_EQ(response.usage.input, 9);
}

TEST(GoogleResponse, ThatWasWithheldSaysWhy) {
  auto response =
      read(R"({"candidates":[{"finishReason":"RECITATION","finishMessage":"It quotes a book.","index":0}]})");

  EXPECT_EQ(response.finish, FinishReason::refusal);
  EXPECT_EQ(response.message.text(), "The answer was withheld (RECITATION: It quotes a book.).");
}

TEST(GoogleResponse, WithACallThatCannotBeReadIsAnError) {  // [LLM-15]
  auto error = response_error(R"({"candidates":[{"content":{},"finishReason":"MALFORMED_FUNCTION_CALL",
                                  "finishMessage":"Malformed function call: print(f("}]})");

  EXPECT_EQ(error.code(), "model.malformed");
  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_THAT(error.message(), HasSubstr("print(f("));
}

TEST(GoogleResponse, WithArgumentsInPiecesIsAnError) {
  auto body = candidate(R"([{"functionCall":{"name":"f","partialArgs":[],"willContinue":true}}])", "STOP");

  EXPECT_EQ(response_error(body).code(), "model.malformed");
}

TEST(GoogleResponse, MayBeAListOfPieces) {  // [LLM-05]
  auto response = read(R"([{"candidates":[{"content":{"parts":[{"text":"Hel"}]}}]},
                           {"candidates":[{"content":{"parts":[{"text":"lo"}]},"finishReason":"STOP"}]}])");

  EXPECT_EQ(response.message, assistant_message("Hello"));
  EXPECT_EQ(response_error(R"([{"candidates":[{"content":{"parts":[{"text":"Hel"}]}}]}])").code(), "model.truncated");
}

TEST(GoogleResponse, MayBeAnErrorInAList) {  // [LLM-15]
  auto error =
      response_error(R"([{"error":{"code":503,"message":"overloaded, c4n4ry-secret","status":"UNAVAILABLE"}}])");

  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_EQ(error.http_status(), 503);
}

TEST(GoogleResponse, ThatIsNoneIsMalformed) {
  for (const char* body : {"", "<html>", "3", "[3]", "{}", R"({"candidates":[]})", R"({"candidates":[3]})",
                           R"({"promptFeedback":{}})", R"({"choices":[{"message":{"content":"x"}}]})"})
    EXPECT_EQ(response_error(body).code(), "model.malformed") << body;
}

TEST(GoogleResponse, PassesOverWhatItDoesNotKnow) {
  auto response = read(candidate(R"([3,null,{},{"text":"x"}])", "STOP", R"(,"novel":{"a":1})"));

  EXPECT_EQ(response.message, assistant_message("x"));
}

TEST(GoogleResponse, WithoutAFinishReasonIsTruncated) {  // [LLM-15]
  for (std::string part : {R"({"text":"x"})", R"({"functionCall":{"name":"files_read","args":{}}})"})
    EXPECT_EQ(response_error(R"({"candidates":[{"content":{"parts":[)" + part + "]}}]}").code(), "model.truncated");
}

TEST(GoogleResponse, IsToldByItsFinishReasonAlone) {  // [LLM-15]
  auto filtered = read(candidate(R"([{"text":"x"}])", "CONTENT_FILTER", R"(,"finishMessage":"It quotes a book.")"));

  EXPECT_EQ(filtered.finish, FinishReason::refusal);
  EXPECT_THAT(response_error(candidate("[]", "ODD", R"(,"finishMessage":"so odd")")).message(),
              HasSubstr("ODD: so odd"));
}

}  // namespace
}  // namespace executus::llm::google
