// When all of a chat stream is said, and what was used until then.
#include <gtest/gtest.h>

#include <executus/llm/kit/answer_errors.hpp>

#include "llm/openai/chat/chat_events_test.hpp"
#include "llm/openai/chat/stream.hpp"

namespace executus::llm::openai {
namespace {

TEST(ChatReader, HasEndedWhenAllIsSaidButItsEndMark) {  // [LLM-05]
  ChatReader reader(streaming());
  auto add = [&](const std::string& event) {
    (void)reader.add(event);
    return reader.ended();
  };
  EXPECT_FALSE(add(delta(R"({"content":"x"})", "\"null\"")));
  EXPECT_TRUE(add(delta("{}", "\"stop\"")));
  EXPECT_TRUE(add(R"({"choices":[],"usage":{"prompt_tokens":1}})"));
  EXPECT_FALSE(add(delta(R"({"content":"y"})"))) << "it went on";
  EXPECT_TRUE(add("[DONE]"));
}

TEST(ChatReader, HasNotEndedWhereEachPieceSaysThatItIsTheLast) {  // [LLM-05]
  ChatReader reader(streaming());
  (void)reader.add(delta(R"({"content":"x"})", "\"stop\""));
  (void)reader.add(delta(R"({"content":"y"})", "\"stop\""));
  EXPECT_FALSE(reader.ended());
}

// A server that says it with each piece, reset after the first one; or that says it first.
TEST(ChatReader, HasNotEndedByAReasonThatComesWithAPieceOrBeforeOne) {  // [LLM-05] [LLM-15]
  const std::string call = R"({"index":0,"id":"a","function":{"name":"f","arguments":""}})";
  const std::string one_call = "{\"tool_calls\":" + call + "}", old_call = R"({"function_call":{"name":"f"}})";
  for (const std::string& piece : {std::string(R"({"content":"Hel"})"), "{\"tool_calls\":[" + call + "]}", one_call,
                                   old_call, std::string(R"({"refusal":"I"})"), std::string(R"({"reasoning":"h"})"),
                                   std::string(R"({"content":[{"type":"thinking"}]})"),
                                   std::string(R"({"tool_calls":[{"index":0,"function":{"arguments":" "}}]})")}) {
    ChatReader with_it(streaming()), before_it(streaming()), behind_it(streaming());
    (void)with_it.add(delta(piece, "\"stop\""));
    EXPECT_FALSE(with_it.ended()) << piece;
    (void)before_it.add(delta(R"({"role":"assistant","content":""})", "\"stop\""));
    EXPECT_FALSE(before_it.ended()) << "nothing was said yet";
    (void)before_it.add(delta(piece));
    EXPECT_FALSE(before_it.ended()) << piece;
    (void)behind_it.add(delta(R"({"content":"x"})"));
    (void)behind_it.add(delta("{}", "\"stop\""));
    EXPECT_TRUE(behind_it.ended());
    (void)behind_it.add(delta(piece));
    EXPECT_FALSE(behind_it.ended()) << piece;
  }
}

TEST(ChatReader, HasEndedByUsageBehindAReasonThatCameWithAPiece) {  // [LLM-05]
  ChatReader reader(streaming());
  (void)reader.add(delta(R"({"content":"x"})", "\"stop\""));
  (void)reader.add(R"({"choices":[],"usage":null})");
  EXPECT_FALSE(reader.ended());
  (void)reader.add(R"({"choices":[],"usage":{"prompt_tokens":1}})");
  EXPECT_TRUE(reader.ended());
}

TEST(ChatReader, HasEndedByUsageBesideAnEmptyDelta) {  // [LLM-05]
  const std::string counted = R"("usage":{"prompt_tokens":1},"choices":[{"index":0,"delta":{)";
  ChatReader reader(streaming()), goes_on(streaming());
  (void)reader.add(delta(R"({"content":"x"})", "\"stop\""));
  (void)reader.add("{" + counted + "}}]}");
  EXPECT_TRUE(reader.ended());
  (void)goes_on.add(delta(R"({"content":"x"})", "\"stop\""));
  (void)goes_on.add("{" + counted + R"("content":"y"}}]})");
  EXPECT_FALSE(goes_on.ended()) << "usage comes with each piece";
}

// It says of itself that it is the whole: nothing of it is to come, and it is not bought again.
TEST(ChatReader, HasEndedByTheReasonOfAWhole) {  // [LLM-05] [LLM-15]
  auto whole = [](std::string_view message, std::string_view more = R"("finish_reason":"stop")") {
    return R"({"object":"chat.completion","choices":[{"index":0,"message":{)" + std::string(message) + "}," +
           std::string(more) + "}]}";
  };
  const std::string call = R"("tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}])";
  for (const std::string& said : {std::string(R"("content":"Hello")"), call}) {
    ChatReader alone(streaming()), behind_pieces(streaming());
    (void)alone.add(whole(said));
    EXPECT_TRUE(alone.ended()) << said;
    (void)behind_pieces.add(delta(R"({"role":"assistant","content":""})"));
    (void)behind_pieces.add(whole(said));
    EXPECT_TRUE(behind_pieces.ended()) << said;
  }
  ChatReader without_reason(streaming()), grows(streaming());
  (void)without_reason.add(whole(R"("content":"Hello")", R"("finish_reason":null)"));
  EXPECT_FALSE(without_reason.ended());
  (void)grows.add(whole(R"("content":"Hel")"));
  (void)grows.add(whole(R"("content":"Hello")"));
  EXPECT_FALSE(grows.ended()) << "a server that says a reason with each piece";
}

TEST(ChatReader, HasEndedByABodyThatSaysWhyItEnded) {  // [LLM-05] [LLM-15]
  auto ended = [](std::string_view object, std::string_view choice) {
    auto body = R"({"object":")" + std::string(object) + R"(","choices":[{)" + std::string(choice) + "}]}";
    return ChatReader(streaming()).is_ended_body(boost::json::parse(body).as_object());
  };
  EXPECT_TRUE(ended("chat.completion", R"("index":0,"message":{"content":"x"},"finish_reason":"stop")"));
  EXPECT_FALSE(ended("chat.completion", R"("index":0,"message":{"content":"x"},"finish_reason":null)"));
  EXPECT_FALSE(ended("chat.completion.chunk", R"("index":0,"message":{"content":"x"},"finish_reason":"stop")"));
  EXPECT_FALSE(ended("chat.completion", R"("index":0,"delta":{"content":"x"},"finish_reason":"stop")"));
}

TEST(ChatReader, FindsWhatWasUsedWhereverItStands) {  // [LLM-06]
  for (
      const char* last :
      {R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":9,"completion_tokens":2}}]})",
       R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"r","usage":{"prompt_tokens":9,"completion_tokens":2}}})",
       R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2},"x_groq":{"usage":{"prompt_tokens":1}}})"})
    EXPECT_EQ(read_events({delta(R"({"content":"x"})"), last}).usage, (Usage{9, 2, 0, 0, 0})) << last;
}

TEST(ChatReader, TellsWhatWasUsedSoFar) {  // [LLM-05]
  ChatReader reader(streaming());
  (void)reader.add(
      R"({"choices":[{"index":0,"delta":{"content":"Hel"}}],"usage":{"prompt_tokens":100,"completion_tokens":7}})");
  EXPECT_EQ(reader.used(), (Usage{100, 7, 0, 0, 0}));
}

}  // namespace
}  // namespace executus::llm::openai
