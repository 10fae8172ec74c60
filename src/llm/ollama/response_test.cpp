#include "llm/ollama/response.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "llm/model_error_test.hpp"
#include "llm/ollama/stream.hpp"

namespace executus::llm::ollama {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Asked asked_of_gpu_box() { return {"box", "box/qwen3", "c4n4ry-secret", {}, {}}; }

Response read_body(std::string_view body) { return ChatReader(asked_of_gpu_box()).whole(body); }

ModelError error_of_body(std::string_view body) {
  return error_in([&] { return read_body(body); }, body);
}

std::string with_message(std::string_view message, std::string_view rest = R"("done_reason":"stop","done":true)") {
  return "{\"model\":\"qwen3\",\"message\":" + std::string(message) + "," + std::string(rest) + "}";
}

// As the API's documentation has it.
TEST(OllamaResponse, HasTextUsageAndTarget) {  // [LLM-06]
  auto response = read_body(R"({"model":"llama3.2","created_at":"2023-12-12T14:13:43.416799Z",
    "message":{"role":"assistant","content":"Hello! How are you today?"},"done_reason":"stop","done":true,
    "total_duration":5191566416,"load_duration":2154458,"prompt_eval_count":26,"prompt_eval_cached_count":20,
    "prompt_eval_duration":383809000,"eval_count":298,"eval_duration":4799921000})");

  EXPECT_EQ(response.message, assistant_message("Hello! How are you today?"));
  EXPECT_EQ(response.finish, FinishReason::stop);
  EXPECT_EQ(response.usage, (Usage{.input = 26, .output = 298, .cache_read = 20, .cache_write = 0, .reasoning = 0}));
  EXPECT_EQ(response.target, "box/qwen3");
}

TEST(OllamaResponse, CountsCachedTokensAsInputAlways) {  // [LLM-06]
  auto usage =
      read_body(with_message(R"({"content":"x"})", R"("prompt_eval_cached_count":7,"done":true,"done_reason":"stop")"))
          .usage;

  EXPECT_EQ(usage, (Usage{.input = 7, .output = 0, .cache_read = 7, .cache_write = 0, .reasoning = 0}));
}

TEST(OllamaResponse, HasToolCallsWithIdsOfItsOwn) {  // [LLM-26]
  auto response = read_body(with_message(R"({"role":"assistant","content":"","tool_calls":[
    {"function":{"index":0,"name":"get_temperature","arguments":{"city":"Köln","days":[1,2]}}},
    {"function":{"index":1,"name":"now","arguments":{}}},
    {"id":"call_x","function":{"index":2,"name":"put","arguments":"{\"a\":1}"}},
    {"function":{"name":"bare"}}]})"));

  EXPECT_EQ(response.finish, FinishReason::tool_calls);
  EXPECT_EQ(response.message.tool_calls,
            (std::vector<ToolCall>{{"call_0_0", "get_temperature", R"({"city":"Köln","days":[1,2]})"},
                                   {"call_0_1", "now", "{}"},
                                   {"call_x", "put", R"({"a":1})"},
                                   {"call_0_3", "bare", "{}"}}));
}

TEST(OllamaResponse, MakesIdsThatNoOtherTurnHas) {  // [LLM-26]
  Asked question = asked_of_gpu_box();
  question.ids = CallIds(Transcript{user_message("u"), assistant_message("", {{"call_0", "a", "{}"}})});

  auto response = ChatReader(question).whole(
      with_message(R"({"tool_calls":[{"id":"call_0","function":{"name":"a"}},{"function":{"name":"a"}}]})"));

  std::vector<std::string> ids;
  for (const auto& call : response.message.tool_calls) ids.push_back(call.id);
  EXPECT_THAT(ids, ElementsAre("call_2_0", "call_2_1"));
}

TEST(OllamaResponse, TurnsToolNamesBack) {  // [LLM-26]
  Asked question = asked_of_gpu_box();
  question.names = ToolNames(ToolSpecs(std::vector<ToolSpec>{{"fs.read", "", {}}}));

  auto response = ChatReader(question).whole(with_message(R"({"tool_calls":[{"function":{"name":"fs_read"}}]})"));

  EXPECT_EQ(response.message.tool_calls.at(0).name, "fs.read");
}

TEST(OllamaResponse, TellsFinishReasonsApart) {
  auto finish = [](std::string_view reason) {
    return read_body(
               with_message(R"({"content":"x"})", "\"done\":true,\"done_reason\":\"" + std::string(reason) + "\""))
        .finish;
  };

  EXPECT_EQ(finish("stop"), FinishReason::stop);
  EXPECT_EQ(finish("length"), FinishReason::length);
}

TEST(OllamaResponse, ThatIsNoAnswerIsAFailedAttempt) {  // [LLM-15]
  for (auto reason : {"load", "unload", "error"})
    EXPECT_EQ(error_of_body(
                  with_message(R"({"content":"x"})", "\"done\":true,\"done_reason\":\"" + std::string(reason) + "\""))
                  .code(),
              "model.broken");
  EXPECT_EQ(error_of_body(with_message(R"({"content":"","thinking":"hm"})")).code(), "model.broken");
}

TEST(OllamaResponse, JoinsTextsOfArgumentsAsOthersDo) {  // [LLM-05]
  auto response = read_body(with_message(R"({"tool_calls":[
      {"function":{"name":"f","arguments":"{\"a\":1}"}},{"function":{"name":"f","arguments":"{\"a\":2}"}},
      {"function":{"name":"f","arguments":{}}},{"function":{"name":"f","arguments":{}}}]})"));
  ASSERT_EQ(response.message.tool_calls.size(), 4U);
  EXPECT_EQ(response.message.tool_calls.at(1).arguments, R"({"a":2})");
}

TEST(OllamaResponse, ThatStoppedForLengthSaysSoAlsoWithCalls) {
  auto response = read_body(with_message(R"({"tool_calls":[{"function":{"name":"f","arguments":{}}}]})",
                                         R"("done":true,"done_reason":"length")"));

  EXPECT_EQ(response.finish, FinishReason::length);
}

TEST(OllamaResponse, CutByItsLimitHasACutCall) {  // [LLM-15]
  auto response = read_body(with_message(R"({"tool_calls":[{"function":{"name":"f","arguments":""}}]})",
                                         R"("done":true,"done_reason":"length")"));
  EXPECT_EQ(response.message.tool_calls.at(0).arguments, kCutArguments);
}

TEST(OllamaResponse, ThatDeclinesIsText) {
  auto response = read_body(with_message(R"({"role":"assistant","content":"I can't help with that."})"));

  EXPECT_EQ(response.finish, FinishReason::stop);
  EXPECT_EQ(response.message.text(), "I can't help with that.");
}

TEST(OllamaResponse, KeepsThinkingForTheServerThatSentIt) {  // [LLM-01]
  auto response = read_body(with_message(R"({"content":"x","thinking":"hm"})"));

  ASSERT_EQ(response.message.parts.size(), 2U);
  EXPECT_EQ(std::get<Opaque>(response.message.parts[0]), (Opaque{"box", boost::json::object{{"thinking", "hm"}}}));
  EXPECT_EQ(response.message.text(), "x");
}

// As Ollama ends an answer whose generation broke off within.
TEST(OllamaResponse, ThatIsDoneAndDoesNotSayWhyIsBroken) {  // [LLM-15]
  for (const char* message : {R"({"content":"x"})", R"({"tool_calls":[{"function":{"name":"rm"}}]})"})
    for (const char* reason :
         {"", R"(,"done_reason":"")", R"(,"done_reason":null)", R"(,"done_reason":"null")", R"(,"done_reason":7)"})
      EXPECT_EQ(error_of_body(with_message(message, "\"done\":true" + std::string(reason))).code(), "model.broken")
          << message << reason;
}

TEST(OllamaResponse, MayLeaveOutWhetherItIsDone) {
  EXPECT_EQ(read_body(R"({"message":{"content":"x"}})").message.text(), "x");
  EXPECT_EQ(read_body(R"({"message":{"content":"x"},"done_reason":"stop"})").message.text(), "x");
}

TEST(OllamaResponse, WithACallThatIsNotSaidToBeDoneIsBroken) {  // [LLM-15]
  EXPECT_EQ(error_of_body(R"({"message":{"tool_calls":[{"function":{"name":"rm"}}]}})").code(), "model.broken");
}

TEST(OllamaResponse, ThatIsNoneIsAnError) {
  for (std::string_view body : {"", "<html>", "[]", "{}", "{\"done\":true}", R"({"message":"x","done":true})",
                                R"({"message":{"content":"x")"}) {
    auto error = error_of_body(body);
    EXPECT_EQ(error.code(), "model.malformed") << body;
    EXPECT_EQ(error.failure(), Failure::unknown);
  }
}

TEST(OllamaResponse, MayBeAnErrorInDisguise) {  // [LLM-15]
  auto plain = error_of_body(R"({"error":"key c4n4ry-secret: the model failed to generate a response"})");
  EXPECT_EQ(plain.failure(), Failure::transient);
  EXPECT_THAT(plain.message(), ::testing::AllOf(HasSubstr("key ***: the model failed"), Not(HasSubstr("c4n4ry"))));

  EXPECT_EQ(error_of_body(R"({"error":"no such model","status":404})").code(), "model.not_found");
  EXPECT_EQ(error_of_body(R"({"error":"no such model","status":404})").failure(), Failure::permanent);
  EXPECT_EQ(error_of_body(R"({"error":"slow down","status":429})").failure(), Failure::transient);
  EXPECT_EQ(error_of_body(R"({"error":"odd","status":-1})").failure(), Failure::transient);
}

}  // namespace
}  // namespace executus::llm::ollama
