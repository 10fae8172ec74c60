#include "llm/anthropic/stream.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "llm/http/event_parser.hpp"
#include "llm/model_error_test.hpp"

namespace executus::llm::anthropic {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Asked asked_for_stream() { return {"lab", "lab/m", "c4n4ry-secret", {}, {}}; }

std::string sse(std::string_view type, std::string_view fields, std::string_view end = "\n\n") {
  return "event: " + std::string(type) + "\ndata: {\"type\":\"" + std::string(type) + "\"" +
         (fields.empty() ? "" : ",") + std::string(fields) + "}" + std::string(end);
}

std::string block_start(int index, std::string_view block) {
  return sse("content_block_start", "\"index\":" + std::to_string(index) + ",\"content_block\":" + std::string(block));
}

std::string block_delta(int index, std::string_view delta) {
  return sse("content_block_delta", "\"index\":" + std::to_string(index) + ",\"delta\":" + std::string(delta));
}

std::string block_stop(int index) { return sse("content_block_stop", "\"index\":" + std::to_string(index)); }

const std::string kMessageStart =
    sse("message_start", R"("message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"m",)"
                         R"("stop_reason":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":7,)"
                         R"("cache_read_input_tokens":100,"output_tokens":1}})");
const std::string kMessageStop = sse("message_stop", "");

std::string stops_with(std::string_view reason) {
  return sse("message_delta", R"("delta":{"stop_reason":")" + std::string(reason) + R"("})");
}

std::string text_of_block(int index, std::string_view text) {
  return block_start(index, R"({"type":"text","text":""})") +
         block_delta(index, R"({"type":"text_delta","text":")" + std::string(text) + "\"}") + block_stop(index);
}

std::string call_of_block(int index, std::string_view id, std::string_view arguments) {
  return block_start(index, R"({"type":"tool_use","id":")" + std::string(id) + R"(","name":"note","input":{}})") +
         block_delta(index, boost::json::serialize(
                                boost::json::object{{"type", "input_json_delta"}, {"partial_json", arguments}}));
}

// Thinking, text with umlauts, and two calls whose arguments are cut in odd places.
const std::string kMessageStream =
    kMessageStart + block_start(0, R"({"type":"thinking","thinking":"","signature":""})") + sse("ping", "") +
    block_delta(0, R"({"type":"thinking_delta","thinking":"Hm, "})") +
    block_delta(0, R"({"type":"thinking_delta","thinking":"\u00e4."})") +
    block_delta(0, R"({"type":"signature_delta","signature":"EqQBCgIYAhIM1gbcDa9GJwZA2b3h"})") + block_stop(0) +
    ": a comment\n\n" + block_start(1, R"({"type":"text","text":""})") +
    block_delta(1, R"({"type":"text_delta","text":"Grüß"})") +
    block_delta(1, R"({"type":"text_delta","text":"e \ud83d\ude00"})") + block_stop(1) +
    block_start(2, R"({"type":"tool_use","id":"toolu_a","name":"grep","input":{}})") +
    block_delta(2, R"({"type":"input_json_delta","partial_json":""})") +
    block_delta(2, R"({"type":"input_json_delta","partial_json":"{\"p\""})") +
    block_delta(2, R"({"type":"input_json_delta","partial_json":": \"\\u00"})") +
    block_delta(2, R"({"type":"input_json_delta","partial_json":"e4\"}"})") + block_stop(2) +
    block_start(3, R"({"type":"tool_use","id":"toolu_b","name":"now","input":{}})") + block_stop(3) +
    sse("an_event_of_later", R"("field":1)", "\r\n\r\n") +
    sse("message_delta", R"("delta":{"stop_reason":"tool_use","stop_sequence":null},)"
                         R"("usage":{"output_tokens":50,"output_tokens_details":{"thinking_tokens":20}})") +
    kMessageStop;

struct Read {
  Response response;
  std::string shown;
};

Read read_pieces(std::initializer_list<std::string_view> pieces) {
  EventParser events("text/event-stream; charset=utf-8");
  MessagesReader reader(asked_for_stream());
  std::string shown;
  for (auto piece : pieces)
    for (const auto& event : events.feed(piece)) shown += reader.add(event);
  return {reader.finish(), shown};
}

Response read_stream(std::string_view bytes) { return read_pieces({bytes}).response; }

ModelError error_in_stream(std::string_view bytes) {
  auto error = error_in([&] { return read_stream(bytes); }, bytes);
  EXPECT_THAT(error.message(), AllOf(HasSubstr("lab/m"), Not(HasSubstr("c4n4ry"))));
  return error;
}

void expect_the_whole_message(const Response& response) {
  boost::json::value thinking{
      {"type", "thinking"}, {"thinking", "Hm, ä."}, {"signature", "EqQBCgIYAhIM1gbcDa9GJwZA2b3h"}};
  EXPECT_EQ(response.message.parts.at(0), Part(Opaque{"lab", thinking}));
  EXPECT_EQ(response.message.text(), "Grüße 😀");
  EXPECT_EQ(response.message.tool_calls,
            (std::vector<ToolCall>{{"toolu_a", "grep", "{\"p\": \"\\u00e4\"}"}, {"toolu_b", "now", "{}"}}));
  EXPECT_EQ(response.finish, FinishReason::tool_calls);
  EXPECT_EQ(response.usage, (Usage{.input = 132, .output = 50, .cache_read = 100, .cache_write = 7, .reasoning = 20}));
  EXPECT_EQ(response.target, "lab/m");
}

TEST(MessagesStream, IsTheSameWhereverItsBytesAreCut) {  // [LLM-01] [LLM-05] [LLM-06]
  std::string_view bytes = kMessageStream;
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    SCOPED_TRACE(cut);
    auto [response, shown] = read_pieces({bytes.substr(0, cut), bytes.substr(cut)});
    expect_the_whole_message(response);
    EXPECT_EQ(shown, response.message.text());
  }
}

TEST(MessagesStream, CutOffBeforeItsStopReasonIsAnError) {  // [LLM-15]
  std::string_view bytes = kMessageStream;
  for (std::size_t end = 0; end < bytes.size() - kMessageStop.size(); ++end) {
    SCOPED_TRACE(end);
    auto error = error_in_stream(bytes.substr(0, end));
    EXPECT_EQ(error.code(), "model.truncated");
    EXPECT_EQ(error.failure(), Failure::transient);
  }
}

TEST(MessagesStream, SaysWhenItsEndWasSeen) {
  MessagesReader reader(asked_for_stream());
  (void)reader.add(R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}})");
  EXPECT_FALSE(reader.done());

  EXPECT_EQ(reader.add(R"({"type":"message_delta","delta":{"stop_reason":"end_turn"}})"), "");
  EXPECT_FALSE(reader.done()) << "its usage may follow";
  EXPECT_EQ(reader.add(R"({"type":"message_stop"})"), "");
  EXPECT_TRUE(reader.done());
  EXPECT_EQ(reader.add("garbage"), "");
  EXPECT_EQ(reader.finish().message, assistant_message("x"));
}

TEST(MessagesStream, KeepsRedactedThinking) {  // [LLM-01]
  constexpr std::string_view block = R"({"type":"redacted_thinking","data":"EmwKAhgBEgy3va3pzix"})";

  auto response = read_stream(kMessageStart + block_start(0, block) + block_stop(0) + text_of_block(1, "x") +
                              stops_with("end_turn") + kMessageStop);

  EXPECT_EQ(response.message.parts.at(0), Part(Opaque{"lab", boost::json::parse(block)}));
}

TEST(MessagesStream, OfThinkingThatIsNotShownKeepsItsSignature) {  // [LLM-01]
  auto response = read_stream(kMessageStart + block_start(0, R"({"type":"thinking","thinking":"","signature":""})") +
                              block_delta(0, R"({"type":"signature_delta","signature":"Eq=="})") + block_stop(0) +
                              text_of_block(1, "x") + stops_with("end_turn") + kMessageStop);

  boost::json::value block{{"type", "thinking"}, {"thinking", ""}, {"signature", "Eq=="}};
  EXPECT_EQ(response.message.parts.at(0), Part(Opaque{"lab", block}));
}

TEST(MessagesStream, TakesAWholeInputFromItsBeginning) {
  auto response =
      read_stream(kMessageStart + block_start(0, R"({"type":"tool_use","id":"a","name":"put","input":{"x":[1]}})") +
                  block_stop(0) + stops_with("tool_use") + kMessageStop);

  EXPECT_EQ(response.message.tool_calls, (std::vector<ToolCall>{{"a", "put", R"({"x":[1]})"}}));
}

TEST(MessagesStream, CutByItsLimitHasMalformedArguments) {
  auto response = read_stream(
      kMessageStart + block_start(0, R"({"type":"tool_use","id":"a","name":"put","input":{}})") +
      block_delta(0, R"({"type":"input_json_delta","partial_json":"{\"text\": \"It w"})") +
      sse("message_delta", R"("delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":9})") + kMessageStop);

  EXPECT_EQ(response.finish, FinishReason::length);
  EXPECT_EQ(response.message.tool_calls.at(0).arguments, "{\"text\": \"It w");
}

TEST(MessagesStream, OfARefusalShowsWhy) {
  auto [response, shown] = read_pieces(
      {kMessageStart,
       sse("message_delta", R"("delta":{"stop_reason":"refusal","stop_details":{"type":"refusal","category":"bio",)"
                            R"("explanation":"This request was declined."}},"usage":{"output_tokens":0})"),
       kMessageStop});

  EXPECT_EQ(response.finish, FinishReason::refusal);
  EXPECT_EQ(response.message, assistant_message("This request was declined."));
  EXPECT_EQ(shown, "This request was declined.");
}

TEST(MessagesStream, EndsWithItsBodyOnceAStopReasonWasSaid) {  // [LLM-05]
  for (const std::string& end : {std::string(), std::string("data: [DONE]\n\n")}) {
    EXPECT_EQ(read_stream(kMessageStart + text_of_block(0, "x") + stops_with("end_turn") + end).message,
              assistant_message("x"));
    auto calls =
        read_stream(kMessageStart + call_of_block(0, "t", "{}") + block_stop(0) + stops_with("tool_use") + end);
    EXPECT_EQ(calls.message.tool_calls.size(), 1U);
  }
}

TEST(MessagesStream, ThatDoesNotSayWhyItEndedIsBroken) {  // [LLM-15]
  EXPECT_EQ(error_in_stream(kMessageStart + text_of_block(0, "x") + kMessageStop).code(), "model.broken");
  for (auto reason : {"pause_turn", "error"})
    EXPECT_EQ(error_in_stream(kMessageStart + text_of_block(0, "x") + stops_with(reason) + kMessageStop).code(),
              "model.broken");
  EXPECT_EQ(error_in_stream(kMessageStart + stops_with("tool_use") + kMessageStop).code(), "model.broken");
  EXPECT_EQ(error_in_stream(kMessageStart + stops_with("end_turn") + kMessageStop).code(), "model.broken");
}

TEST(MessagesStream, ThatBeginsAnewInItsMiddleIsBroken) {  // [LLM-15]
  EXPECT_EQ(error_in_stream(kMessageStart + text_of_block(0, "Hel") + kMessageStart + text_of_block(0, "Hello") +
                            stops_with("end_turn") + kMessageStop)
                .code(),
            "model.broken");
}

TEST(MessagesStream, KeepsBlocksApartThatBeginAtTheSameIndex) {  // [LLM-05]
  const std::string end = stops_with("tool_use") + kMessageStop;
  auto texts = [](const std::vector<ToolCall>& calls) {
    std::vector<std::string> all;
    for (const auto& call : calls) all.push_back(call.id + call.arguments);
    return all;
  };
  for (const auto& stop : {block_stop(0), block_stop(7), std::string()}) {
    auto response = read_stream(kMessageStart + text_of_block(0, "Hi") + call_of_block(0, "a", R"({"x":1})") + stop +
                                call_of_block(0, "b", R"({"x":2})") + end);
    EXPECT_THAT(texts(response.message.tool_calls), ::testing::ElementsAre(R"(a{"x":1})", R"(b{"x":2})"));
    EXPECT_EQ(response.message.text(), "Hi");
  }
  EXPECT_EQ(
      error_in_stream(kMessageStart + call_of_block(0, "a", R"({"x")") + call_of_block(0, "b", R"({"x":2})") + end)
          .code(),
      "model.broken");
  EXPECT_EQ(
      error_in_stream(kMessageStart + call_of_block(0, "a", "") + call_of_block(0, "b", R"({"x":2})") + end).code(),
      "model.broken");
}

TEST(MessagesStream, GivesPiecesOfAnUnknownIndexToTheOpenCall) {
  auto piece = block_delta(9, R"({"type":"input_json_delta","partial_json":"{\"x\":1}"})");
  auto end = stops_with("tool_use") + kMessageStop;
  EXPECT_EQ(read_stream(kMessageStart + call_of_block(0, "a", "") + piece + end).message.tool_calls.at(0).arguments,
            R"({"x":1})");
  EXPECT_EQ(error_in_stream(kMessageStart + text_of_block(0, "Hi") + piece + end).code(), "model.broken");
}

TEST(MessagesStream, HasNoArgumentsForACallWhoseBlockHasStopped) {  // [LLM-05]
  auto piece = [](int index) {
    return block_delta(index, R"({"type":"input_json_delta","partial_json":"{\"x\":1}"})");
  };
  auto end = stops_with("tool_use") + kMessageStop;
  auto note = call_of_block(1, "a", "") + block_stop(1);
  auto other = block_start(2, R"({"type":"tool_use","id":"b","name":"other","input":{}})");
  for (const auto& late : {piece(1), block_stop(2) + piece(9)})
    EXPECT_EQ(error_in_stream(kMessageStart + note + other + late + block_stop(2) + end).code(), "model.broken")
        << late;
  EXPECT_EQ(read_stream(kMessageStart + note + other + piece(2) + block_stop(2) + end).message.tool_calls.size(), 2U);
}

// With an index the block is meant that has it, without one the last.
TEST(MessagesStream, GoesOnWithTheLastBlockWhereNoneIsNamed) {  // [LLM-05]
  auto piece = sse("content_block_delta", R"("delta":{"type":"input_json_delta","partial_json":"{\"x\":1}"})");
  auto end = stops_with("tool_use") + kMessageStop;
  auto other = block_start(1, R"({"type":"tool_use","id":"b","name":"other","input":{}})");
  auto note = call_of_block(0, "a", R"({"x":0})");
  auto calls = read_stream(kMessageStart + note + other + piece + end).message.tool_calls;
  EXPECT_EQ(calls.at(0).arguments, R"({"x":0})");
  EXPECT_EQ(calls.at(1).arguments, R"({"x":1})");
  EXPECT_EQ(error_in_stream(kMessageStart + call_of_block(0, "a", "") + other + piece + end).code(), "model.broken");
}

TEST(MessagesStream, TakesAnInputThatCameTwiceOnce) {  // [LLM-05]
  auto start = [](std::string_view input) {
    return block_start(0, R"({"type":"tool_use","id":"a","name":"note","input":)" + std::string(input) + "}");
  };
  auto piece = block_delta(0, R"({"type":"input_json_delta","partial_json":"{\"x\": 1}"})");
  auto end = block_stop(0) + stops_with("tool_use") + kMessageStop;
  for (auto input : {R"({"x":1})", "{}", R"("")"})
    EXPECT_EQ(read_stream(kMessageStart + start(input) + piece + end).message.tool_calls.at(0).arguments,
              R"({"x": 1})");
  EXPECT_EQ(error_in_stream(kMessageStart + start(R"({"x":2})") + piece + end).code(), "model.broken");
}

TEST(MessagesStream, MayBeAWholeAnswerAsAnEvent) {  // [LLM-05]
  auto [response, shown] = read_pieces(
      {"data: "
       "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}],\"stop_reason\":\"end_turn\"}\n\n"});
  EXPECT_EQ(response.message, assistant_message("Hi"));
  EXPECT_EQ(shown, "Hi");
}

TEST(MessagesStream, OfAWholeAnswerThatDoesNotSayWhyItEndedIsBroken) {  // [LLM-15]
  for (const char* reason : {"", R"(,"stop_reason":null)", R"(,"stop_reason":"")", R"(,"stop_reason":"null")"})
    EXPECT_EQ(error_in_stream(R"(data: {"type":"message","content":[{"type":"text","text":"Hi"}])" +
                              std::string(reason) + "}\n\n")
                  .code(),
              "model.broken")
        << reason;
}

TEST(MessagesStream, MakesNoCallsOfWhatMayMeanTwoThings) {  // [LLM-05]
  const std::string end = stops_with("end_turn") + kMessageStop;
  auto piece = block_delta(0, R"({"type":"input_json_delta","partial_json":"{\"x\":1}"})");
  auto other = block_start(0, R"({"type":"tool_use","id":"b","name":"other","input":{}})");
  EXPECT_EQ(error_in_stream(kMessageStart + call_of_block(0, "a", "") + other + piece + end).code(), "model.broken");
  EXPECT_EQ(error_in_stream(kMessageStart + text_of_block(1, "Hi") + piece + end).code(), "model.broken")
      << "there is no call";
  EXPECT_EQ(error_in_stream(kMessageStart + text_of_block(0, "Hi") +
                            "data: "
                            "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}],\"stop_reason\":"
                            "\"end_turn\"}\n\n")
                .code(),
            "model.broken")
      << "an answer behind another one";
}

TEST(MessagesStream, WithheldInTheMiddleOfACallIsARefusal) {  // [LLM-15]
  auto begun = block_start(1, R"({"type":"tool_use","id":"b","name":"other","input":{}})");
  auto piece = [](int index, std::string_view json) {
    return block_delta(index, R"({"type":"input_json_delta","partial_json":")" + std::string(json) + "\"}");
  };
  auto response = read_stream(kMessageStart + call_of_block(0, "a", R"({"x")") + begun + piece(0, ":1}") +
                              piece(1, R"({\"y)") + stops_with("refusal") + kMessageStop);
  EXPECT_EQ(response.finish, FinishReason::refusal);
}

TEST(MessagesStream, KeepsTheWorstOfItsStopReasons) {  // [LLM-15]
  auto response = read_stream(kMessageStart + text_of_block(0, "Half") + stops_with("max_tokens") +
                              stops_with("end_turn") + kMessageStop);
  EXPECT_EQ(response.finish, FinishReason::length);
}

TEST(MessagesStream, TellsItsBlocksInTheOrderOfTheirIndices) {
  auto response = read_stream(kMessageStart + call_of_block(1, "b", "{}") + call_of_block(0, "a", "{}") +
                              stops_with("tool_use") + kMessageStop);
  EXPECT_EQ(response.message.tool_calls.at(0).id, "a");
}

TEST(MessagesReader, HasEndedWhenAllIsSaidButItsEndMark) {  // [LLM-05]
  MessagesReader reader(asked_for_stream());
  auto add = [&](const char* event) {
    (void)reader.add(event);
    return reader.ended();
  };
  EXPECT_FALSE(add(R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hi"}})"));
  EXPECT_FALSE(add(R"({"type":"message_delta","delta":{"stop_reason":"end_turn"}})")) << "its block goes on";
  EXPECT_TRUE(add(R"({"type":"content_block_stop","index":0})"));
  EXPECT_FALSE(reader.done());
  EXPECT_EQ(reader.finish().message.text(), "Hi");
}

TEST(MessagesReader, HasEndedByABodyThatSaysWhyItEnded) {  // [LLM-05] [LLM-15]
  auto ended = [](std::string_view rest) {
    auto body = R"({"type":"message","content":[])" + std::string(rest) + "}";
    return MessagesReader(asked_for_stream()).is_ended_body(boost::json::parse(body).as_object());
  };
  EXPECT_TRUE(ended(R"(,"stop_reason":"end_turn")"));
  EXPECT_FALSE(ended(R"(,"stop_reason":null)"));
  EXPECT_FALSE(ended(""));
}

// Some servers say it at the beginning, or with each block.
TEST(MessagesReader, HasNotEndedByAStopReasonThatCameTooEarly) {  // [LLM-05]
  MessagesReader reader(asked_for_stream());
  auto add = [&](const char* event) {
    (void)reader.add(event);
    return reader.ended();
  };
  EXPECT_FALSE(add(R"({"type":"message_delta","delta":{"stop_reason":"end_turn"}})")) << "nothing was said yet";
  EXPECT_FALSE(add(R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hi"}})"));
  EXPECT_FALSE(add(R"({"type":"content_block_stop","index":0})")) << "another block may follow";
  EXPECT_FALSE(add(R"({"type":"message_delta","delta":{"stop_reason":"end_turn"}})")) << "as it said before";
  EXPECT_TRUE(add(R"({"type":"message_stop"})"));
}

TEST(MessagesStream, ThatHoldsNothingOrNoJsonIsMalformed) {  // [LLM-15]
  EXPECT_EQ(error_in_stream(kMessageStop).code(), "model.malformed");
  EXPECT_EQ(error_in_stream(kMessageStart + "data: {\"type\":\n\n").code(), "model.malformed");
  EXPECT_EQ(error_in_stream(sse("error", "")).code(), "model.unavailable");
}

TEST(MessagesStream, OverloadedInItsMiddleIsTransient) {  // [LLM-15]
  auto error =
      error_in_stream(kMessageStart + block_start(0, R"({"type":"text","text":"Hel"})") +
                      sse("error", R"("error":{"type":"overloaded_error","message":"Overloaded c4n4ry-secret"})"));

  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_EQ(error.http_status(), 529);
  EXPECT_THAT(error.message(), HasSubstr("Overloaded"));
}

TEST(MessagesStream, ErrorsAreTransientOrNotByTheirType) {  // [LLM-15]
  auto failure = [](std::string_view type) {
    return error_in_stream(sse("error", R"("error":{"type":")" + std::string(type) + R"(","message":"m"})")).failure();
  };

  EXPECT_EQ(failure("rate_limit_error"), Failure::transient);
  EXPECT_EQ(failure("api_error"), Failure::transient);
  EXPECT_EQ(failure("invalid_request_error"), Failure::permanent);
  EXPECT_EQ(failure("authentication_error"), Failure::permanent);
  EXPECT_EQ(error_in_stream("data: {\"error\":{\"message\":\"no type\"}}\n\n").failure(), Failure::transient);
}

// A connection that breaks off, or is cut: what the message's start said was paid for.
TEST(MessagesReader, TellsWhatWasUsedSoFar) {  // [LLM-05]
  MessagesReader reader(asked_for_stream());
  EventParser parser("text/event-stream");
  for (const auto& event : parser.feed(kMessageStart)) (void)reader.add(event);
  EXPECT_EQ(reader.used(), (Usage{132, 1, 100, 7, 0}));
}

}  // namespace
}  // namespace executus::llm::anthropic
