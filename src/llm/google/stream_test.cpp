#include "llm/google/stream.hpp"

#include <gmock/gmock.h>

#include <executus/llm/kit/event_parser.hpp>

#include "llm/model_error_test.hpp"

namespace executus::llm::google {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Asked streaming() { return {"google", "google/m", "c4n4ry-secret", {}, {}}; }

std::string event(std::string_view data, std::string_view end = "\r\n\r\n") {
  return "data: " + std::string(data) + std::string(end);
}

std::string piece(std::string_view parts, std::string_view more = "") {
  return R"({"candidates":[{"content":{"parts":)" + std::string(parts) + R"(,"role":"model"},"index":0)" +
         std::string(more) + "}]}";
}

// Put together from recordings of gemini-3 models: text, two calls at once, of which the first is signed, the end in an
// empty part.
const std::string kFinish = event(
    R"({"candidates": [{"content": {"parts": [{"text": ""}],"role": "model"},"finishReason": "STOP","index": 0}],)"
    R"("usageMetadata": {"promptTokenCount": 29,"candidatesTokenCount": 30,"totalTokenCount": 863,)"
    R"("cachedContentTokenCount": 12,"thoughtsTokenCount": 804},"modelVersion": "gemini-3-pro-preview"})");
const std::string kStream =
    event(R"({"candidates": [{"content": {"parts": [{"text": "Grüß"}],"role": "model"},"index": 0}],)"
          R"("usageMetadata": {"promptTokenCount": 29,"candidatesTokenCount": 1,"totalTokenCount": 30}})") +
    event(piece(R"([{"text": "e \ud83d\ude00"}])"), "\n\n") +
    event(piece(
        R"([{"functionCall": {"name": "grep","args": {"p": "\u00e4\"}"},"id": "x1"},"thoughtSignature": "EpEg"}])")) +
    event(piece(R"([{"functionCall": {"name": "now","args": {}}}])")) + kFinish;

Response fed_in(const std::vector<std::string_view>& chunks, std::string& shown) {
  EventParser parser("text/event-stream");
  ContentReader reader(streaming());
  for (auto chunk : chunks)
    for (const auto& event : parser.feed(chunk)) shown += reader.add(event);
  for (const auto& event : parser.rest()) shown += reader.add(event);
  return reader.finish();
}

Response read_events(const std::vector<std::string>& events) {
  ContentReader reader(streaming());
  for (const auto& event : events) (void)reader.add(event);
  return reader.finish();
}

template <class Reading>
ModelError stream_error(Reading reading) {
  auto error = error_in(std::move(reading));
  EXPECT_THAT(error.message(), AllOf(HasSubstr("google/m"), Not(HasSubstr("c4n4ry"))));
  return error;
}

TEST(GoogleStream, IsTheSameWhereverItsBytesAreCut) {  // [LLM-05] [LLM-06]
  std::string_view bytes = kStream;
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    SCOPED_TRACE(cut);
    std::string shown;
    auto response = fed_in({bytes.substr(0, cut), bytes.substr(cut)}, shown);

    EXPECT_EQ(response.message.text(), "Grüße 😀");
    EXPECT_EQ(shown, "Grüße 😀");
    EXPECT_THAT(response.message.tool_calls,
                ElementsAre(ToolCall{"x1", "grep", "{\"p\":\"ä\\\"}\"}"}, ToolCall{"call_0_1", "now", "{}"}));
    EXPECT_EQ(response.message.parts.size(), 2U);  // the text, the signature of the first call
    EXPECT_EQ(response.finish, FinishReason::tool_calls);
    EXPECT_EQ(response.usage,
              (Usage{.input = 29, .output = 834, .cache_read = 12, .cache_write = 0, .reasoning = 804}));
    EXPECT_EQ(response.target, "google/m");
  }
}

TEST(GoogleStream, CutOffBeforeItsFinishReasonIsAnError) {      // [LLM-15]
  std::size_t complete = kStream.find_last_not_of("\r\n") + 1;  // the last event needs no line end
  for (std::size_t end = 0; end < complete; ++end) {
    SCOPED_TRACE(end);
    auto error = stream_error([&] {
      std::string shown;
      return fed_in({std::string_view(kStream).substr(0, end)}, shown);
    });
    EXPECT_EQ(error.code(), "model.truncated");
    EXPECT_EQ(error.failure(), Failure::transient);
  }
}

TEST(GoogleStream, IsNeverDoneBeforeItsConnectionEnds) {
  ContentReader reader(streaming());
  (void)reader.add(piece(R"([{"text":"x"}])", R"(,"finishReason":"STOP")"));

  EXPECT_FALSE(reader.done());
  (void)reader.add(R"({"usageMetadata":{"promptTokenCount":7}})");
  EXPECT_EQ(reader.finish().usage.input, 7);
}

// Recorded of gemini-3.7-flash, the signature shortened.
TEST(GoogleStream, KeepsASignatureThatComesLast) {  // [LLM-01]
  auto response = read_events(
      {R"({"candidates": [{"content": {"parts": [{"text": "fixture ok"}],"role": "model"},"index": 0}]})",
       R"({"candidates": [{"content": {"parts": [{"text": "","thoughtSignature": "EqkE"}],"role": "model"},)"
       R"("finishReason": "STOP","index": 0}]})"});

  EXPECT_EQ(response.message.text(), "fixture ok");
  ASSERT_EQ(response.message.parts.size(), 2U);
  EXPECT_EQ(std::get<Opaque>(response.message.parts[1]).data,
            (boost::json::object{{"text", ""}, {"thoughtSignature", "EqkE"}}));
}

TEST(GoogleStream, ShowsNoThoughts) {  // [LLM-05]
  ContentReader reader(streaming());

  EXPECT_EQ(reader.add(piece(R"([{"text":"Let me see","thought":true}])")), "");
  EXPECT_EQ(reader.add(piece(R"([{"text":"Yes"}])", R"(,"finishReason":"STOP")")), "Yes");
  EXPECT_EQ(reader.finish().message.text(), "Yes");
}

TEST(GoogleStream, OfABlockedPromptIsARefusal) {
  auto response = read_events({R"({"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},)"
                               R"("usageMetadata":{"promptTokenCount":9,"totalTokenCount":9}})"});

  EXPECT_EQ(response.finish, FinishReason::refusal);
  EXPECT_EQ(response.usage.input, 9);
}

TEST(GoogleStream, MayBreakOffWithAnError) {  // [LLM-15]
  const std::string error = R"({"error":{"code":503,"message":"overloaded, c4n4ry-secret","status":"UNAVAILABLE"}})";
  for (const auto& last : {error, "[" + error + "]"}) {
    auto told = stream_error([&] { return read_events({piece(R"([{"text":"x"}])"), last}); });

    EXPECT_EQ(told.failure(), Failure::transient);
    EXPECT_EQ(told.http_status(), 503);
    EXPECT_THAT(told.message(), HasSubstr("overloaded"));
  }
}

TEST(GoogleStream, FindsAnErrorWithinACandidate) {  // [LLM-15]
  auto told = stream_error([&] {
    return read_events({R"({"candidates":[{"error":{"code":503,"message":"overloaded"},"finishReason":"STOP",
        "content":{"parts":[{"text":"x"}]}}]})"});
  });
  EXPECT_EQ(told.http_status(), 503);
}

TEST(GoogleStream, KeepsTheWorstOfItsFinishReasons) {  // [LLM-15]
  auto response = read_events({piece(R"([{"text":"x"}])", R"(,"finishReason":"STOP")"),
                               piece(R"([{"text":"y"}])", R"(,"finishReason":"MAX_TOKENS")"),
                               piece(R"([{"text":"z"}])", R"(,"finishReason":"STOP")")});
  EXPECT_EQ(response.finish, FinishReason::length);
  for (const auto& worse : {"SAFETY", "PROHIBITED_CONTENT"})
    EXPECT_EQ(read_events({piece(R"([{"functionCall":{"name":"note","args":{}}}])", R"(,"finishReason":"MAX_TOKENS")"),
                           piece(R"([{"text":""}])", R"(,"finishReason":")" + std::string(worse) + "\"")})
                  .finish,
              FinishReason::refusal);
  EXPECT_EQ(read_events({"[" + piece(R"([{"text":"x"}])") + "," +
                         piece(R"([{"text":"y"}])", R"(,"finishReason":"STOP")") + "]"})
                .message.text(),
            "xy")
      << "a list is all of its pieces";
}

TEST(GoogleStream, TakesCountsForPartsOfTheAnswer) {
  auto response = read_events({R"({"usageMetadata":{"promptTokenCount":9},"message":"counted"})",
                               R"({"promptFeedback":{},"message":"looked at"})",
                               piece(R"([{"text":"x"}])", R"(,"finishReason":"STOP")")});
  EXPECT_EQ(response.usage.input, 9);
}

TEST(GoogleStream, ThatIsNoneIsMalformed) {
  for (const char* event : {"<html>", "3", "[]", "[3]", "{\"candidates\":"})
    EXPECT_EQ(stream_error([&] { return read_events({event}); }).code(), "model.malformed") << event;
}

TEST(GoogleStream, IgnoresTheEndMarkOfOtherApis) {
  EXPECT_EQ(read_events({piece(R"([{"text":"x"}])", R"(,"finishReason":"STOP")"), "[DONE]"}).message.text(), "x");
}

TEST(GoogleStream, ThatCameWholeIsReadWhole) {
  EXPECT_EQ(ContentReader(streaming()).whole(piece(R"([{"text":"x"}])", R"(,"finishReason":"STOP")")).message.text(),
            "x");
}

TEST(ContentReader, TellsWhatAListUsedThatIsOfNoUse) {  // [LLM-06]
  ContentReader reader(streaming());
  auto body = R"([{"usageMetadata":{"promptTokenCount":9}},{"usageMetadata":{"candidatesTokenCount":2}}])";
  EXPECT_THROW((void)reader.whole(body), ModelError);
  EXPECT_EQ(reader.used(), (Usage{9, 2, 0, 0, 0}));
}

TEST(ContentReader, TellsWhatWasUsedSoFar) {  // [LLM-05]
  ContentReader reader(streaming());
  (void)reader.add(R"({"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":{"promptTokenCount":29}})");
  EXPECT_EQ(reader.used(), (Usage{29, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace executus::llm::google
