// When a stream of the Messages API has ended, and what it tells of failures.
#include "llm/anthropic/message_stream_test.hpp"

namespace executus::llm::anthropic {
namespace {

using ::testing::HasSubstr;

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
