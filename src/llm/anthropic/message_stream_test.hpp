// Streams of the Messages API, written event by event, and what is read from them.
#pragma once

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <executus/llm/kit/event_parser.hpp>

#include "llm/anthropic/stream.hpp"
#include "llm/model_error_test.hpp"

namespace executus::llm::anthropic {

inline Asked asked_for_stream() { return {"lab", "lab/m", "c4n4ry-secret", {}, {}}; }

inline std::string sse(std::string_view type, std::string_view fields, std::string_view end = "\n\n") {
  return "event: " + std::string(type) + "\ndata: {\"type\":\"" + std::string(type) + "\"" +
         (fields.empty() ? "" : ",") + std::string(fields) + "}" + std::string(end);
}

inline std::string block_start(int index, std::string_view block) {
  return sse("content_block_start", "\"index\":" + std::to_string(index) + ",\"content_block\":" + std::string(block));
}

inline std::string block_delta(int index, std::string_view delta) {
  return sse("content_block_delta", "\"index\":" + std::to_string(index) + ",\"delta\":" + std::string(delta));
}

inline std::string block_stop(int index) { return sse("content_block_stop", "\"index\":" + std::to_string(index)); }

inline const std::string kMessageStart =
    sse("message_start", R"("message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"m",)"
                         R"("stop_reason":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":7,)"
                         R"("cache_read_input_tokens":100,"output_tokens":1}})");
inline const std::string kMessageStop = sse("message_stop", "");

inline std::string stops_with(std::string_view reason) {
  return sse("message_delta", R"("delta":{"stop_reason":")" + std::string(reason) + R"("})");
}

inline std::string text_of_block(int index, std::string_view text) {
  return block_start(index, R"({"type":"text","text":""})") +
         block_delta(index, R"({"type":"text_delta","text":")" + std::string(text) + "\"}") + block_stop(index);
}

inline std::string call_of_block(int index, std::string_view id, std::string_view arguments) {
  return block_start(index, R"({"type":"tool_use","id":")" + std::string(id) + R"(","name":"note","input":{}})") +
         block_delta(index, boost::json::serialize(
                                boost::json::object{{"type", "input_json_delta"}, {"partial_json", arguments}}));
}

// Thinking, text with umlauts, and two calls whose arguments are cut in odd places.
inline const std::string kMessageStream =
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

inline Read read_pieces(std::initializer_list<std::string_view> pieces) {
  EventParser events("text/event-stream; charset=utf-8");
  MessagesReader reader(asked_for_stream());
  std::string shown;
  for (auto piece : pieces)
    for (const auto& event : events.feed(piece)) shown += reader.add(event);
  return {reader.finish(), shown};
}

inline Response read_stream(std::string_view bytes) { return read_pieces({bytes}).response; }

inline ModelError error_in_stream(std::string_view bytes) {
  auto error = error_in([&] { return read_stream(bytes); }, bytes);
  EXPECT_THAT(error.message(),
              ::testing::AllOf(::testing::HasSubstr("lab/m"), ::testing::Not(::testing::HasSubstr("c4n4ry"))));
  return error;
}

inline void expect_the_whole_message(const Response& response) {
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

}  // namespace executus::llm::anthropic
