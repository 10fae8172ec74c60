// Streams that say an answer as a whole, beside its pieces or instead of them.
#include <gtest/gtest.h>

#include <executus/llm/kit/answer_errors.hpp>

#include "base/text.hpp"
#include "llm/model_error_test.hpp"
#include "llm/openai/chat/chat_events_test.hpp"
#include "llm/openai/chat/stream.hpp"

namespace executus::llm::openai {
namespace {

TEST(ChatStream, MayHaveAMessageInPlaceOfADelta) {  // [LLM-05]
  auto pieces = read_events({choice(R"("index":0,"message":{"content":"Hel"})"),
                             choice(R"("index":0,"delta":{},"message":{"content":"lo"},"finish_reason":"stop")")});
  EXPECT_EQ(pieces.message.text(), "Hello");
}

TEST(ChatStream, MayBeAWholeAnswerAsAnEvent) {  // [LLM-05]
  const std::string whole =
      R"({"object":"chat.completion","choices":[{"index":0,"message":{"content":"Hello","tool_calls":[
      {"id":"a","function":{"name":"f","arguments":"{}"}},{"id":"b","function":{"name":"f","arguments":"{}"}}]},
      "finish_reason":"tool_calls"}]})";
  for (const auto& before : {std::vector<std::string>{}, {delta(R"({"content":"Hel"})")}}) {
    ChatReader reader(streaming());
    std::string shown;
    for (const auto& event : before) shown += reader.add(event);
    shown += reader.add(whole);
    auto response = reader.finish();
    EXPECT_EQ(response.message.text(), "Hello");
    EXPECT_EQ(shown, "Hello");
    EXPECT_EQ(response.message.tool_calls.size(), 2U);
  }
  EXPECT_EQ(code_of({delta(R"({"content":"Good day"})"), whole}), "model.broken");
}

TEST(ChatStream, ShowsArgumentsOnceThatAreSaidTwice) {  // [API-04]
  const std::string calls = R"("tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}])";
  const std::string whole = R"({"object":"chat.completion","choices":[{"index":0,"message":{)" + calls +
                            R"(},"finish_reason":"tool_calls"}]})";
  for (bool in_pieces : {true, false}) {
    ChatReader reader(streaming());
    if (in_pieces) (void)reader.add(delta("{" + calls + "}"));
    EXPECT_EQ(reader.asides().size(), in_pieces ? 1U : 0U);
    (void)reader.add(whole);
    EXPECT_EQ(reader.asides().size(), in_pieces ? 0U : 1U);
    EXPECT_EQ(reader.finish().message.tool_calls.size(), 1U);
  }
}

// As MiniMax ends a stream, and some gateways do.
TEST(ChatStream, TakesAWholeAnswerBesideAnEmptyDeltaOnce) {  // [LLM-05]
  const std::string call = R"({"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}})";
  auto last = [](const std::string& message) {
    return choice(R"("index":0,"delta":{},"finish_reason":"stop","message":{)" + message + "}");
  };
  const std::vector<std::string> pieces{
      delta(R"({"content":"Hel"})"), delta(R"({"content":"lo"})"),
      delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}]})"),
      delta(R"({"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]})")};
  auto with = [&](const std::string& message) {
    auto events = pieces;
    events.push_back(last(message));
    return events;
  };
  for (const auto& message : {std::string(R"("content":"Hello")"), R"("content":"Hello","tool_calls":[)" + call + "]",
                              R"("tool_calls":[)" + call + "]", std::string()}) {
    auto response = read_events(with(message));
    EXPECT_EQ(response.message, assistant_message("Hello", {{"a", "f", R"({"x":1})"}})) << message;
  }
  EXPECT_EQ(code_of(with(R"("content":"Good day")")), "model.broken");
  EXPECT_EQ(code_of(with(R"("content":"Hell")")), "model.broken");
  EXPECT_EQ(code_of(with(R"("tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"x\":2}"}}])")),
            "model.broken");
  EXPECT_EQ(code_of(with(R"("tool_calls":[{"id":"a","function":{"name":"g","arguments":"{\"x\":1}"}}])")),
            "model.broken");
}

// A delta that says nothing may be left out, null, or hold empty fields.
TEST(ChatStream, TakesAWholeAnswerOnceHoweverItsDeltaSaysNothing) {  // [LLM-05]
  for (std::string nothing : {R"()", R"("delta":null,)", R"("delta":{},)", R"("delta":{"content":""},)",
                              R"("delta":{"role":"assistant","content":null,"tool_calls":[]},)"}) {
    const std::string last =
        choice(R"("index":0,)" + nothing + R"("finish_reason":"stop","message":{"content":"Hello"})");
    for (const auto& pieces : {std::vector<std::string>{"Hello"}, {"Hel"}, {"Hel", "lo"}, {}}) {
      ChatReader reader(streaming());
      std::string shown;
      for (const auto& piece : pieces) shown += reader.add(delta(R"({"content":")" + piece + "\"}"));
      shown += reader.add(last);
      EXPECT_EQ(reader.ended(), pieces.size() == 2 || (pieces.size() == 1 && pieces[0] == "Hello")) << last;
      EXPECT_EQ(reader.finish().message.text(), "Hello") << last;
      EXPECT_EQ(shown, "Hello") << last;
    }
    EXPECT_EQ(code_of({delta(R"({"content":"Good day"})"), last}), "model.broken");
  }
}

TEST(ChatStream, TakesAMessageBesideARoleForNoPiece) {  // [LLM-05]
  auto beside_role = [](std::string_view message) {
    return choice(R"("index":0,"delta":{"role":"assistant"},"message":{)" + std::string(message) + "}");
  };
  auto stop = choice(R"("index":0,"delta":{},"finish_reason":"stop")");
  auto response = read_events({beside_role(R"("content":"Hello")"), delta(R"({"content":"Hello"})"), stop});
  EXPECT_EQ(response.message.text(), "Hello");

  auto call = R"("tool_calls":[{"index":0,"id":"a","function":{"name":"pay","arguments":"{}"}}])";
  auto paid = read_events({beside_role(call), delta(std::string("{") + call + "}"),
                           choice(R"("index":0,"delta":{},"finish_reason":"tool_calls")")});
  EXPECT_EQ(paid.message.tool_calls.size(), 1U);

  auto last = choice(R"("index":0,"delta":{"role":"assistant"},"message":{"content":"lo"},"finish_reason":"stop")");
  EXPECT_EQ(code_of({beside_role(R"("content":"Hel")"), last}), "model.broken");
  EXPECT_EQ(code_of({beside_role(R"("content":"Hel")"), stop}), "model.broken");
}

TEST(ChatStream, QuotesNamesOfCallsAsTextAndWithoutTheKey) {  // [LLM-15]
  const std::string name = R"("name":"pay)"
                           "\xb8"
                           R"( c4n4ry-secret")";
  ChatReader reader(streaming());
  (void)reader.add(delta(R"({"tool_calls":[{"index":0,"function":{)" + name + R"(}},{"index":1,"function":{)" + name +
                         R"(,"arguments":"{\"x\":1}"}}]})"));
  (void)reader.add(delta("{}", "\"tool_calls\""));
  auto error = error_in([&] { return reader.finish(); });  // whether the first call has arguments cannot be told
  EXPECT_NE(error.message().find("'pay"), std::string::npos) << error.message();
  EXPECT_EQ(error.message().find("c4n4ry-secret"), std::string::npos) << error.message();
  EXPECT_EQ(repair_utf8(error.message()), error.message());
}

TEST(ChatStream, KeepsReasoningOnceThatItsWholeSaysAgain) {  // [LLM-05]
  auto response =
      read_events({delta(R"({"reasoning_content":"hm"})"),
                   choice(R"("index":0,"message":{"reasoning_content":"hm","content":"x"},"finish_reason":"stop")")});
  EXPECT_EQ(std::get<Opaque>(response.message.parts.at(0)).data.at("reasoning_content"), "hm");
}

TEST(ChatStream, FindsTheCallsOfItsWholeByTheirIds) {  // [LLM-05]
  auto call = [](std::string_view id, std::string_view arguments) {
    return R"({"id":")" + std::string(id) + R"(","function":{"name":"f","arguments":")" + std::string(arguments) +
           "\"}}";
  };
  auto last = [](const std::string& calls) {
    return choice(R"("index":0,"finish_reason":"tool_calls","message":{"tool_calls":[)" + calls + "]}");
  };
  const auto pieces = delta("{\"tool_calls\":[" + call("a", R"({\"x\":1})") + "," + call("b", R"({\"x\":2})") + "]}");
  auto turned = read_events({pieces, last(call("b", R"({\"x\": 2.0})") + "," + call("a", R"({\"x\":1})"))});
  EXPECT_EQ(turned.message.tool_calls, (std::vector<ToolCall>{{"b", "f", R"({"x":2})"}, {"a", "f", R"({"x":1})"}}));
  auto renamed = read_events({pieces, last(call("c", R"({\"x\":1})") + "," + call("d", R"({\"x\":2})"))});
  EXPECT_EQ(renamed.message.tool_calls.size(), 2U);
  EXPECT_EQ(code_of({pieces, last(call("b", R"({\"x\":1})") + "," + call("a", R"({\"x\":2})"))}), "model.broken");
}

// Also where the arguments are an object.
TEST(ChatStream, TakesACallThatIsSaidAgainWithOtherWhiteSpaceForOne) {  // [LLM-05]
  auto call = [](std::string_view arguments) {
    return delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":)" + std::string(arguments) +
                 "}}]}");
  };
  for (std::string again : {R"("{\"x\":1}")", R"("{ \"x\": 1 }\n")", R"({"x":1})"})
    for (std::string first : {R"("{\"x\":1}")", R"({"x":1})"})
      EXPECT_EQ(read_events({call(first), call(again), delta("{}", "\"tool_calls\"")}).message.tool_calls.size(), 1U)
          << first << again;
  EXPECT_EQ(
      read_events({call(R"({"x":1})"), call(R"({"x":2})"), delta("{}", "\"tool_calls\"")}).message.tool_calls.size(),
      2U);
}

TEST(ChatStream, IsBrokenWhereItsWholeHasFewerCallsThanItsPieces) {  // [LLM-05]
  auto piece = [](std::string_view id, int index) {
    return delta(R"({"tool_calls":[{"index":)" + std::to_string(index) + R"(,"id":")" + std::string(id) +
                 R"(","function":{"name":"f","arguments":"{}"}}]})");
  };
  const std::string whole =
      R"({"object":"chat.completion","choices":[{"index":0,"finish_reason":"tool_calls","message":{"tool_calls":[
      {"id":"a","function":{"name":"f","arguments":"{}"}}]}}]})";
  EXPECT_EQ(code_of({piece("a", 0), piece("b", 1), whole}), "model.broken");
}

TEST(ChatStream, FindsAnErrorWithinAWholeMessage) {  // [LLM-15]
  const std::string whole = R"({"object":"chat.completion","choices":[{"index":0,"finish_reason":"stop",
      "message":{"content":"x","error":{"message":"busy","code":503}}}]})";
  EXPECT_EQ(code_of({whole}), "model.unavailable");
  EXPECT_EQ(error_in([&] { return ChatReader(streaming()).whole(whole); }).code(), "model.unavailable");
}

// Two calls begun, the first one made whole, the second one cut.
TEST(ChatStream, WithheldInTheMiddleOfACallIsARefusal) {  // [LLM-15]
  auto response =
      read_events({delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}]})"),
                   delta(R"({"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":""}}]})"),
                   delta(R"({"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]})"),
                   delta(R"({"tool_calls":[{"index":1,"function":{"arguments":"{\"y"}}]})", "\"content_filter\"")});
  EXPECT_EQ(response.finish, FinishReason::refusal);
}

TEST(ChatStream, KeepsReasoningThatOnlyItsPiecesHave) {
  auto response = read_events(
      {delta(R"({"reasoning_content":"hm","content":"x"})"),
       R"({"object":"chat.completion","choices":[{"index":0,"message":{"content":"x"},"finish_reason":"stop"}]})"});
  EXPECT_EQ(std::get<Opaque>(response.message.parts.at(0)).data.at("reasoning_content"), "hm");
}

}  // namespace
}  // namespace executus::llm::openai
