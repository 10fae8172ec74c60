#include "llm/ollama/stream.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <executus/llm/kit/event_parser.hpp>

#include "llm/model_error_test.hpp"

namespace executus::llm::ollama {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Asked asked_to_stream() { return {"box", "box/qwen3", "c4n4ry-secret", {}, {}}; }

struct Streamed {
  Response response;
  std::vector<std::string> shown;
};

// As HttpModel reads: bytes of one content type, in these pieces.
Streamed read_pieces(const std::vector<std::string_view>& pieces, std::string_view type = "application/x-ndjson") {
  EventParser parser(type);
  ChatReader reader(asked_to_stream());
  std::vector<std::string> shown;
  auto take = [&](const std::vector<std::string>& events) {
    for (const auto& event : events)
      if (auto text = reader.add(event); !text.empty()) shown.push_back(std::move(text));
  };
  for (auto piece : pieces) take(parser.feed(piece));
  take(parser.rest());
  if (auto body = parser.whole()) return {reader.whole(*body), std::move(shown)};
  return {reader.finish(), std::move(shown)};
}

ModelError error_in_stream(std::string_view bytes) {
  return error_in([&] { return read_pieces({bytes}); }, bytes);
}

const std::string kLast =
    R"({"model":"qwen3","created_at":"2025-05-27T22:54:58Z","message":{"role":"assistant","content":""},)"
    R"("done_reason":"stop","done":true,"total_duration":8,"prompt_eval_count":169,"prompt_eval_cached_count":160,)"
    R"("eval_count":15})";

// Thinking, text with umlauts, two calls in different lines, an unknown field and an unknown line.
const std::string kLines =
    R"({"model":"qwen3","message":{"role":"assistant","content":"","thinking":"The user "},"done":false})"
    "\n"
    R"({"model":"qwen3","message":{"role":"assistant","content":"","thinking":"asks."},"done":false})"
    "\r\n"
    R"({"model":"qwen3","message":{"role":"assistant","content":"Grüß"},"done":false,"logprobs":[1]})"
    "\n\n"
    R"({"model":"qwen3","progress":0.5})"
    "\n"
    R"({"model":"qwen3","message":{"role":"assistant","content":"e \ud83d\ude00"},"done":false})"
    "\n"
    R"({"model":"qwen3","message":{"role":"assistant","content":"","tool_calls":[)"
    R"({"function":{"index":0,"name":"grep","arguments":{"p":"\u00e4","n":0.1}}}]},"done":false})"
    "\n"
    R"({"model":"qwen3","message":{"role":"assistant","content":"","tool_calls":[)"
    R"({"function":{"index":1,"name":"now","arguments":{}}}]},"done":false})"
    "\n" +
    kLast;

void expect_the_whole(const Response& response) {
  ASSERT_EQ(response.message.parts.size(), 2U);
  EXPECT_EQ(std::get<Opaque>(response.message.parts[0]),
            (Opaque{"box", boost::json::object{{"thinking", "The user asks."}}}));
  EXPECT_EQ(response.message.text(), "Grüße 😀");
  EXPECT_EQ(response.message.tool_calls,
            (std::vector<ToolCall>{{"call_0_0", "grep", "{\"p\":\"ä\",\"n\":0.1}"}, {"call_0_1", "now", "{}"}}));
  EXPECT_EQ(response.finish, FinishReason::tool_calls);
  EXPECT_EQ(response.usage, (Usage{.input = 169, .output = 15, .cache_read = 160, .cache_write = 0, .reasoning = 0}));
  EXPECT_EQ(response.target, "box/qwen3");
}

TEST(OllamaStream, IsTheSameWhereverItsBytesAreCut) {  // [LLM-05] [LLM-06] [LLM-26]
  for (std::size_t cut = 0; cut <= kLines.size(); ++cut) {
    SCOPED_TRACE(cut);
    auto whole = std::string_view(kLines);
    auto streamed = read_pieces({whole.substr(0, cut), whole.substr(cut)});
    expect_the_whole(streamed.response);
    EXPECT_THAT(streamed.shown, ElementsAre("Grüß", "e 😀"));
  }
}

TEST(OllamaStream, IsTheSameByteByByte) {  // [LLM-05]
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < kLines.size(); ++i) bytes.push_back(std::string_view(kLines).substr(i, 1));

  expect_the_whole(read_pieces(bytes).response);
}

TEST(OllamaStream, CutOffBeforeItsLastObjectIsComplete) {  // [LLM-15]
  for (std::size_t end = 0; end < kLines.size(); ++end) {
    SCOPED_TRACE(end);
    auto error = error_in_stream(std::string_view(kLines).substr(0, end));
    EXPECT_EQ(error.code(), "model.truncated");
    EXPECT_EQ(error.failure(), Failure::transient);
  }
}

TEST(OllamaStream, EndsWithDone) {
  ChatReader reader(asked_to_stream());

  EXPECT_EQ(reader.add(R"({"message":{"content":"x"},"done":false})"), "x");
  EXPECT_FALSE(reader.done());
  EXPECT_EQ(reader.add(R"({"message":{"content":""},"done":true,"done_reason":"length"})"), "");
  EXPECT_TRUE(reader.done());
  EXPECT_EQ(reader.add("garbage"), "");
  EXPECT_EQ(reader.finish().finish, FinishReason::length);
}

TEST(OllamaStream, MayBeOneObjectOverManyLines) {  // [LLM-10]
  constexpr std::string_view pretty =
      "{\n  \"model\": \"qwen3\",\n  \"message\": {\n    \"role\": \"assistant\",\n    \"content\": \"Hello\"\n  },\n"
      "  \"done\": true,\n  \"done_reason\": \"stop\"\n}\n";
  for (std::size_t cut = 0; cut <= pretty.size(); ++cut) {
    SCOPED_TRACE(cut);
    auto streamed = read_pieces({pretty.substr(0, cut), pretty.substr(cut)});
    EXPECT_EQ(streamed.response.message, assistant_message("Hello"));
    EXPECT_THAT(streamed.shown, ElementsAre("Hello"));
  }
}

TEST(OllamaStream, MayComeAsServerSentEvents) {
  std::string events = "data: {\"message\":{\"content\":\"Hel\"},\"done\":false}\n\n";
  events += "data: {\"message\":{\"content\":\"lo\"},\"done\":true,\"done_reason\":\"stop\"}\n\ndata: [DONE]\n\n";

  EXPECT_EQ(read_pieces({events}, "text/event-stream").response.message.text(), "Hello");
}

TEST(OllamaStream, UnderAWrongContentTypeIsReadAllTheSame) {  // [LLM-10]
  expect_the_whole(read_pieces({kLines}, "application/json").response);

  expect_the_whole(ChatReader(asked_to_stream()).whole(kLines));
  auto cut = std::string_view(kLines).substr(0, kLines.rfind('\n'));
  EXPECT_EQ(error_in([&] { return ChatReader(asked_to_stream()).whole(cut); }).code(), "model.truncated");
}

TEST(OllamaStream, ThrowsTheErrorInItsMiddle) {  // [LLM-15]
  const std::string begun = "{\"message\":{\"content\":\"Yes\"},\"done\":false}\n";

  auto plain =
      error_in_stream(begun + R"({"error":"c4n4ry-secret: an error was encountered while running the model"})");
  auto overload = error_in_stream(begun + R"({"error":"busy","status":503})" + "\n");
  auto refused = error_in_stream(begun + R"({"error":"unauthorized","status":401})" + "\n");

  EXPECT_EQ(plain.failure(), Failure::transient);
  EXPECT_EQ(plain.code(), "model.unavailable");
  EXPECT_THAT(plain.message(), ::testing::AllOf(HasSubstr("box/qwen3"), HasSubstr("an error was encountered"),
                                                Not(HasSubstr("c4n4ry"))));
  EXPECT_EQ(overload.failure(), Failure::transient);
  EXPECT_EQ(overload.http_status(), 503);
  EXPECT_EQ(refused.failure(), Failure::permanent);
}

TEST(OllamaReader, HasEndedByABodyThatIsDoneAndSaysWhy) {  // [LLM-05] [LLM-15]
  auto ended = [](const char* body) {
    return ChatReader(asked_to_stream()).is_ended_body(boost::json::parse(body).as_object());
  };
  EXPECT_TRUE(ended(R"({"done":true,"done_reason":"stop"})"));
  EXPECT_FALSE(ended(R"({"done":true})"));
  EXPECT_FALSE(ended(R"({"done":false,"done_reason":"stop"})"));
}

TEST(OllamaStream, OfGarbageIsMalformed) {
  for (std::string_view bytes : {"<html>\n", "[1]\n", "{\"done\":true}\n"})
    EXPECT_EQ(error_in_stream(bytes).code(), "model.malformed") << bytes;
}

TEST(OllamaStream, OfOddShapesDoesNotFail) {
  auto streamed =
      read_pieces({R"({"message":null})"
                   "\n"
                   R"({"message":{"content":null,"thinking":7,"tool_calls":{}}})"
                   "\n"
                   R"({"message":{"tool_calls":[null,{},{"function":[]}]},"done":"no"})"
                   "\n"
                   R"({"message":{"content":"x"},"done":true,"done_reason":"stop","eval_count":-4,"error":null})"});

  EXPECT_EQ(streamed.response.message, assistant_message("x"));
  EXPECT_EQ(streamed.response.usage, Usage{});
}

TEST(OllamaStream, OfOneLineThatIsNotTheLastIsTruncated) {  // [LLM-15]
  std::string line = R"({"message":{"content":"","tool_calls":[{"function":{"name":"now"}}]},"done":false})";

  EXPECT_EQ(error_in_stream(line).code(), "model.truncated");
  for (auto type : {"application/json", "application/x-ndjson"})
    EXPECT_THROW((void)read_pieces({line}, type), ModelError) << type;
  EXPECT_THROW((void)ChatReader(asked_to_stream()).whole(line), ModelError);
}

}  // namespace
}  // namespace executus::llm::ollama
