#include "llm/anthropic/stream.hpp"

#include "llm/anthropic/message_stream_test.hpp"

namespace executus::llm::anthropic {
namespace {

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

}  // namespace
}  // namespace executus::llm::anthropic
