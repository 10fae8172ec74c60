#include "llm/anthropic/response.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <executus/base/json.hpp>

#include "llm/model_error_test.hpp"

namespace executus::llm::anthropic {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Response read_body(std::string_view body) { return read_response(body, {"lab", "lab/m", "c4n4ry-secret", {}, {}}); }

ModelError error_of_body(std::string_view body) {
  auto error = error_in([&] { return read_body(body); }, body);
  EXPECT_THAT(error.message(), AllOf(HasSubstr("lab/m"), Not(HasSubstr("c4n4ry"))));
  return error;
}

std::string stopped(std::string_view reason, std::string_view content = R"([{"type":"text","text":"x"}])") {
  return R"({"type":"message","content":)" + std::string(content) + R"(,"stop_reason":")" + std::string(reason) + "\"}";
}

FinishReason finish_after(std::string_view reason) { return read_body(stopped(reason)).finish; }

// As the documentation shows it.
TEST(MessagesResponse, HasTextUsageAndTarget) {  // [LLM-04] [LLM-06]
  auto response = read_body(R"({"id":"msg_01XFDUDYJgAACzvnptvVoYEL","type":"message","role":"assistant",
    "model":"claude-opus-5-5","content":[{"type":"text","text":"Hello!"}],"stop_reason":"end_turn","stop_sequence":null,
    "usage":{"input_tokens":10,"cache_creation_input_tokens":200,"cache_read_input_tokens":3000,"output_tokens":70,
             "cache_creation":{"ephemeral_5m_input_tokens":200,"ephemeral_1h_input_tokens":0},
             "output_tokens_details":{"thinking_tokens":40},"service_tier":"standard"}})");

  EXPECT_EQ(response.message, assistant_message("Hello!"));
  EXPECT_EQ(response.finish, FinishReason::stop);
  EXPECT_EQ(response.usage,
            (Usage{.input = 3210, .output = 70, .cache_read = 3000, .cache_write = 200, .reasoning = 40}));
  EXPECT_EQ(response.target, "lab/m");
}

TEST(MessagesResponse, CountsAnswersFromTheCacheAlone) {  // [MOD-07]
  auto response = read_body(
      R"({"content":[{"type":"text","text":"x"}],"usage":{"cache_read_input_tokens":5,"cache_creation_input_tokens":null}})");

  EXPECT_EQ(response.usage, (Usage{.input = 5, .output = 0, .cache_read = 5, .cache_write = 0, .reasoning = 0}));
}

TEST(MessagesResponse, CountsNoMoreThanCanBeAddedUp) {
  auto response = read_body(R"({"content":[{"type":"text","text":"x"}],"usage":{"input_tokens":9223372036854775807,
    "cache_creation_input_tokens":9223372036854775807,"cache_read_input_tokens":9223372036854775807}})");

  EXPECT_EQ(response.usage.input, 3 * response.usage.cache_read);
}

TEST(MessagesResponse, HasParallelToolCalls) {  // [LLM-26]
  ToolSpecs tools(std::vector<ToolSpec>{{"git.log", "", {}}});
  Asked question{"lab", "lab/m", "", ToolNames(tools), {}};

  auto response = read_response(stopped("tool_use", R"([{"type":"text","text":"I look."},
    {"type":"tool_use","id":"toolu_a","name":"git_log","input":{"n":1,"all":true}},
    {"type":"tool_use","id":"toolu_b","name":"now","input":{}}])"),
                                std::move(question));

  EXPECT_EQ(response.message,
            assistant_message("I look.", {{"toolu_a", "git.log", R"({"n":1,"all":true})"}, {"toolu_b", "now", "{}"}}));
  EXPECT_EQ(response.finish, FinishReason::tool_calls);
}

TEST(MessagesResponse, MakesIdsThatAreMissing) {  // [LLM-26]
  auto response = read_body(stopped("end_turn", R"([{"type":"tool_use","name":"a","input":"{\"p\":1}"},
    {"type":"tool_use","name":"b"}])"));

  EXPECT_EQ(response.message.tool_calls,
            (std::vector<ToolCall>{{"call_0_0", "a", R"({"p":1})"}, {"call_0_1", "b", "{}"}}));
  EXPECT_EQ(response.finish, FinishReason::tool_calls);
}

TEST(MessagesResponse, TellsWhyItEnded) {
  EXPECT_EQ(finish_after("end_turn"), FinishReason::stop);
  EXPECT_EQ(finish_after("stop_sequence"), FinishReason::stop);
  EXPECT_EQ(finish_after("max_tokens"), FinishReason::length);
  EXPECT_EQ(finish_after("model_context_window_exceeded"), FinishReason::length);
  EXPECT_EQ(finish_after("refusal"), FinishReason::refusal);
}

TEST(MessagesResponse, ThatIsNoAnswerIsAFailedAttempt) {  // [LLM-15]
  const std::string text = R"([{"type":"text","text":"x"}])";
  for (auto reason : {"pause_turn", "a_later_one", "tool_use"})
    EXPECT_EQ(error_of_body(stopped(reason, text)).code(), "model.broken") << reason;
  for (auto content :
       {"[]", R"([{"type":"thinking","thinking":"hm","signature":"E"}])", R"([{"type":"text","text":" "}])"})
    EXPECT_EQ(error_of_body(stopped("end_turn", content)).code(), "model.broken") << content;
}

TEST(MessagesResponse, NeverTakesOddInputForNone) {  // [LLM-26]
  auto response = read_body(stopped("tool_use", R"([{"type":"tool_use","id":"a","name":"put","input":[1]}])"));
  EXPECT_EQ(response.message.tool_calls.at(0).arguments, "[1]");
}

TEST(MessagesResponse, CutInACallIsALengthStop) {
  auto response = read_body(stopped("max_tokens", R"([{"type":"tool_use","id":"a","name":"put","input":{}}])"));

  EXPECT_EQ(response.finish, FinishReason::length);
}

TEST(MessagesResponse, OfARefusalSaysWhy) {
  auto response =
      read_body(R"({"content":[],"stop_reason":"refusal","stop_details":{"type":"refusal","category":"cyber",
    "explanation":"This request was declined."}})");

  EXPECT_EQ(response.message, assistant_message("This request was declined."));
  EXPECT_EQ(response.finish, FinishReason::refusal);
}

TEST(MessagesResponse, ThatIsNoneIsMalformed) {  // [LLM-15]
  for (std::string_view body : {"", "<html>", "[]", "{}", R"({"choices":[]})", R"({"content":"text"})"}) {
    auto error = error_of_body(body);
    EXPECT_EQ(error.code(), "model.malformed") << body;
    EXPECT_EQ(error.failure(), Failure::unknown) << body;
  }
}

struct ApiError {
  std::string type;
  Failure failure;
  std::string code;
  int status;
};

// A thinking block is stored as it came, with levels around it, and has to be read again.
TEST(MessagesResponse, NestedTooDeeplyForAJournalIsMalformed) {
  auto nested = [](std::size_t depth) {
    return R"({"content":[{"type":"thinking","thinking":"x","more":)" + std::string(depth, '[') +
           std::string(depth, ']') + R"(},{"type":"text","text":"x"}]})";
  };

  auto stored = boost::json::serialize(to_json(read_body(nested(90)).message));
  EXPECT_TRUE(parse_json(stored).ok());
  EXPECT_EQ(error_of_body(nested(110)).code(), "model.malformed");
}

TEST(MessagesResponse, TellsErrorsApartByTheirType) {  // [LLM-15]
  for (const auto& expected :
       std::vector<ApiError>{{"invalid_request_error", Failure::permanent, "model.rejected", 400},
                             {"authentication_error", Failure::permanent, "model.unauthorized", 401},
                             {"billing_error", Failure::permanent, "model.no_credit", 402},
                             {"permission_error", Failure::permanent, "model.unauthorized", 403},
                             {"not_found_error", Failure::permanent, "model.not_found", 404},
                             {"request_too_large", Failure::permanent, "model.request_too_large", 413},
                             {"rate_limit_error", Failure::transient, "model.overloaded", 429},
                             {"api_error", Failure::transient, "model.unavailable", 500},
                             {"timeout_error", Failure::transient, "model.unavailable", 504},
                             {"overloaded_error", Failure::transient, "model.unavailable", 529},
                             {"a_later_error", Failure::transient, "model.unavailable", 0}}) {
    SCOPED_TRACE(expected.type);
    auto error = error_of_body(R"({"type":"error","error":{"type":")" + expected.type +
                               R"(","message":"no: c4n4ry-secret"},"request_id":"req_011"})");
    EXPECT_EQ(error.failure(), expected.failure);
    EXPECT_EQ(error.code(), expected.code);
    EXPECT_EQ(error.http_status(), expected.status);
    EXPECT_THAT(error.message(), HasSubstr("no: ***"));
  }
}

TEST(MessagesResponse, WithACallAndNoStopReasonIsBroken) {  // [LLM-15]
  auto error = error_of_body(
      R"({"type":"message","content":[{"type":"tool_use","id":"a","name":"rm","input":{}}],"stop_reason":null})");

  EXPECT_EQ(error.code(), "model.broken");
}

}  // namespace
}  // namespace executus::llm::anthropic
