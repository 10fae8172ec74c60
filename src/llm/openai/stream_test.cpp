#include "llm/openai/stream.hpp"

#include <gmock/gmock.h>

#include "base/text.hpp"
#include "llm/answer_errors.hpp"
#include "llm/model_error_test.hpp"
#include "net/client/sse_parser.hpp"

namespace executus::llm::openai {
namespace {

using ::testing::HasSubstr;

Asked streaming() { return {"lab", "lab/m", "c4n4ry-secret", {}, {}}; }

std::string delta(std::string_view delta, std::string_view finish = "null") {
  return "{\"choices\":[{\"index\":0,\"delta\":" + std::string(delta) + ",\"finish_reason\":" + std::string(finish) +
         "}]}";
}

Response read_events(const std::vector<std::string>& events) {
  ChatReader reader(streaming());
  for (const auto& event : events) (void)reader.add(event);
  return reader.finish();
}

std::string event(std::string_view data, std::string_view end = "\n\n") {
  return "data: " + std::string(data) + std::string(end);
}

const std::string kFinish = event(R"({"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]})");

// Two calls whose arguments are cut in odd places, with text, umlauts and a usage chunk.
const std::string kStream =
    ": hello\n\n" +
    event(R"({"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null})") +
    event(R"({"choices":[{"index":0,"delta":{"content":"Grüß"}}]})", "\r\n\r\n") +
    event(R"({"choices":[{"index":0,"delta":{"content":"e \ud83d\ude00"}}]})") +
    event(R"({"choices":[{"index":0,"delta":{"tool_calls":[)"
          R"({"index":0,"id":"a","type":"function","function":{"name":"grep","arguments":""}},)"
          R"({"index":1,"id":"b","type":"function","function":{"name":"now","arguments":"{"}}]}}]})") +
    event(R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"p\""}}]}}]})") +
    event(R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"}"}},)"
          R"({"index":0,"function":{"arguments":": \"\\u00"}}]}}]})") +
    event(R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"e4\"}"}}]}}]})") +
    kFinish +
    event(
        R"({"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":2}}})") +
    event("[DONE]");

void expect_the_whole(const Response& response) {
  EXPECT_EQ(response.message.text(), "Grüße 😀");
  EXPECT_EQ(response.message.tool_calls,
            (std::vector<ToolCall>{{"a", "grep", "{\"p\": \"\\u00e4\"}"}, {"b", "now", "{}"}}));
  EXPECT_EQ(response.finish, FinishReason::tool_calls);
  EXPECT_EQ(response.usage, (Usage{.input = 9, .output = 5, .cache_read = 2, .cache_write = 0, .reasoning = 0}));
  EXPECT_EQ(response.target, "lab/m");
}

TEST(ChatStream, IsTheSameWhereverItsBytesAreCut) {  // [LLM-05] [LLM-06]
  for (std::size_t cut = 0; cut <= kStream.size(); ++cut) {
    SCOPED_TRACE(cut);
    net::SseParser parser;
    ChatReader reader(streaming());
    std::string shown;
    for (auto piece : {std::string_view(kStream).substr(0, cut), std::string_view(kStream).substr(cut)})
      for (const auto& event : parser.feed(piece)) shown += reader.add(event.data);
    auto response = reader.finish();
    expect_the_whole(response);
    EXPECT_EQ(shown, response.message.text());
  }
}

TEST(ChatStream, CutOffBeforeItsFinishReasonIsAnError) {  // [LLM-15]
  std::size_t finish = kStream.find(kFinish) + kFinish.size();
  for (std::size_t end = 0; end < finish; ++end) {
    SCOPED_TRACE(end);
    auto error = error_in([&] {
      net::SseParser parser;
      ChatReader reader(streaming());
      for (const auto& event : parser.feed(std::string_view(kStream).substr(0, end))) (void)reader.add(event.data);
      return reader.finish();
    });
    EXPECT_EQ(error.code(), "model.truncated");
    EXPECT_EQ(error.failure(), Failure::transient);
  }
}

TEST(ChatStream, WithoutDoneIsCompleteOnceItHasAFinishReason) {
  EXPECT_EQ(read_events({delta(R"({"content":"x"})"), delta("{}", "\"stop\"")}).message.text(), "x");
}

TEST(ChatStream, IgnoresWhatComesAfterDone) {
  EXPECT_EQ(read_events({delta(R"({"content":"x"})", "\"stop\""), "[DONE]", "garbage"}).message.text(), "x");
}

TEST(ChatStream, TellsCallsApartWithoutAnIndex) {
  auto response = read_events({delta(R"({"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]})"),
                               delta(R"({"tool_calls":[{"id":"b","function":{"name":"g","arguments":"{"}}]})"),
                               delta(R"({"tool_calls":[{"function":{"arguments":"}"}}]})", "\"tool_calls\"")});

  EXPECT_EQ(response.message.tool_calls, (std::vector<ToolCall>{{"a", "f", "{}"}, {"b", "g", "{}"}}));
}

TEST(ChatStream, TellsCallsApartThatAllHaveIndexZero) {
  auto response = read_events({delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}},
                                                {"index":0,"id":"b","function":{"name":"g","arguments":"{}"}}]})",
                                     "\"stop\""),
                               "[DONE]"});

  EXPECT_EQ(response.message.tool_calls, (std::vector<ToolCall>{{"a", "f", "{}"}, {"b", "g", "{}"}}));
}

// As poolside sends a call, and mlx-openai-server did: one index, an id of its own for each piece.
TEST(ChatStream, JoinsPiecesOfACallThatHaveOtherIds) {  // [LLM-05]
  for (std::string name : {"", R"("name":null,)", R"("name":"",)"}) {
    auto piece = [&](const std::string& id, const std::string& arguments) {
      return delta(R"({"tool_calls":[{"index":0,"id":")" + id + R"(","function":{)" + name + R"("arguments":")" +
                   arguments + R"("}}]})");
    };
    auto response =
        read_events({delta(R"({"tool_calls":[{"index":0,"id":"tool-1","function":{"name":"f","arguments":""}}]})"),
                     piece("tool-2", R"({\"q\")"), piece("tool-3", ":1}"), delta("{}", "\"stop\"")});

    EXPECT_EQ(response.message.tool_calls, (std::vector<ToolCall>{{"tool-1", "f", "{\"q\":1}"}})) << name;
  }
}

TEST(ChatStream, GivesPiecesWithOtherIdsToTheLastCallOfTheirIndex) {  // [LLM-05]
  auto response = read_events({delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f"}},
                                   {"index":0,"id":"b","function":{"name":"g"}},{"index":1,"id":"c","function":{"name":"h"}},
                                   {"index":0,"id":"x","function":{"arguments":"{\"b\":1}"}},
                                   {"index":0,"id":"a","function":{"arguments":"{\"a\":1}"}},
                                   {"index":1,"id":"y","function":{"arguments":"{\"c\":1}"}}]})",
                                     "\"tool_calls\""),
                               "[DONE]"});

  EXPECT_EQ(response.message.tool_calls,
            (std::vector<ToolCall>{{"a", "f", "{\"a\":1}"}, {"b", "g", "{\"b\":1}"}, {"c", "h", "{\"c\":1}"}}));
}

TEST(ChatStream, MakesIdsThatAreMissing) {  // [LLM-26]
  auto response = read_events({delta(R"({"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{}"}},
                                                {"index":1,"function":{"name":"g","arguments":"{}"}}]})",
                                     "\"tool_calls\""),
                               "[DONE]"});

  EXPECT_EQ(response.message.tool_calls, (std::vector<ToolCall>{{"call_0_0", "f", "{}"}, {"call_0_1", "g", "{}"}}));
}

// Of Mistral's thinking parts nothing is shown or kept, streamed or not.
TEST(ChatStream, OfContentInPartsIsTheSameAsTheWhole) {  // [LLM-05]
  const std::string think = R"({"type":"thinking","thinking":[{"type":"text","text":"hm"}]})";
  const std::string hello = R"({"type":"text","text":"Hello "})", you = R"({"type":"text","text":"you"})";
  auto content = [](const std::string& parts) { return R"({"content":[)" + parts + "]}"; };
  ChatReader reader(streaming());
  std::string shown;
  for (const auto& parts : {think, hello, you}) shown += reader.add(delta(content(parts)));
  shown += reader.add(delta(R"({"content":"!"})", "\"stop\""));

  auto streamed = reader.finish();
  auto whole = read_response(R"({"choices":[{"finish_reason":"stop","message":)" +
                                 content(think + "," + hello + "," + you + R"(,{"type":"text","text":"!"})") + "}]}",
                             streaming());

  EXPECT_EQ(streamed.message, assistant_message("Hello you!"));
  EXPECT_EQ(whole.message, streamed.message);
  EXPECT_EQ(shown, "Hello you!");
}

TEST(ChatStream, JoinsARefusal) {
  auto response = read_events({delta(R"({"refusal":"I "})"), delta(R"({"refusal":"won't."})", "\"stop\""), "[DONE]"});

  EXPECT_EQ(response.finish, FinishReason::refusal);
  EXPECT_EQ(response.message.text(), "I won't.");
}

TEST(ChatStream, JoinsReasoning) {
  auto response = read_events({delta(R"({"reasoning_content":"h"})"), delta(R"({"reasoning_content":"m"})"),
                               delta(R"({"content":"x"})", "\"stop\"")});

  EXPECT_EQ(std::get<Opaque>(response.message.parts.at(0)).data.at("reasoning_content"), "hm");
}

TEST(ChatStream, ThrowsTheErrorItHolds) {  // [LLM-15]
  auto busy = error_in(
      [] { return read_events({delta(R"({"content":"x"})"), R"({"error":{"message":"overloaded","code":503}})"}); });
  auto bad =
      error_in([] { return read_events({R"({"error":{"message":"too long","code":"context_length_exceeded"}})"}); });

  EXPECT_EQ(busy.failure(), Failure::transient);
  EXPECT_THAT(busy.message(), HasSubstr("overloaded"));
  EXPECT_EQ(bad.failure(), Failure::permanent);
}

TEST(ChatStream, OfGarbageIsMalformed) {
  EXPECT_EQ(error_in([] { return read_events({"{\"choices\":"}); }).code(), "model.malformed");
  EXPECT_EQ(error_in([] { return read_events({"[DONE]"}); }).code(), "model.malformed");
  EXPECT_EQ(error_in([] { return read_events({R"({"id":"x","choices":[]})", "[DONE]"}); }).code(), "model.malformed");
}

TEST(ChatStream, OfOddShapesDoesNotFail) {
  auto response = read_events({R"({"choices":null})", R"({"choices":[null]})", R"({"choices":[{"delta":null}]})",
                               delta(R"({"content":null,"tool_calls":null})"), delta(R"({"tool_calls":[null,{}]})"),
                               R"({"choices":[],"usage":{"prompt_tokens":-3,"completion_tokens":"x"}})",
                               delta(R"({"content":"x"})", "\"stop\""), "[DONE]"});

  EXPECT_EQ(response.usage, Usage{});
}

std::string choice(std::string_view fields) { return "{\"choices\":[{" + std::string(fields) + "}]}"; }

std::string code_of(const std::vector<std::string>& events) {
  return error_in([&] { return read_events(events); }).code();
}

TEST(ChatStream, ThatDoesNotSayWhyItEndedIsBroken) {  // [LLM-15]
  const auto text = delta(R"({"content":"Half an ans"})");
  EXPECT_EQ(code_of({text, "[DONE]"}), "model.broken");
  EXPECT_EQ(code_of({text, delta("{}", "\"error\""), "[DONE]"}), "model.broken");
  EXPECT_EQ(code_of({text, delta("{}", "\"tool_calls\""), "[DONE]"}), "model.broken");
  EXPECT_EQ(code_of({delta(R"({"content":""})"), delta("{}", "\"stop\""), "[DONE]"}), "model.broken");
  EXPECT_EQ(code_of({text, delta("{}", "\"error\""), delta("{}", "\"stop\""), "[DONE]"}), "model.broken");
}

TEST(ChatStream, ThrowsAnErrorWhereverItStands) {  // [LLM-15]
  const auto text = delta(R"({"content":"Half an ans"})");
  const std::string error = R"("error":{"message":"upstream timed out","code":504})";
  for (const std::string& last : std::vector<std::string>{
           choice(R"("delta":{"content":""},"finish_reason":"error",)" + error), choice(R"("delta":{)" + error + "}"),
           "{" + error + "}", R"({"errors":[{"message":"upstream timed out","code":504}]})",
           R"({"object":"error","message":"upstream timed out","code":504})",
           R"({"message":"upstream timed out","code":504})"}) {
    auto thrown = error_in([&] { return read_events({text, last, "[DONE]"}); });
    EXPECT_EQ(thrown.code(), "model.unavailable") << last;
    EXPECT_EQ(thrown.http_status(), 504) << last;
    EXPECT_THAT(thrown.message(), HasSubstr("upstream timed out"));
  }
}

TEST(ChatStream, TakesAnErrorThatSaysNothingForNone) {  // [LLM-05]
  for (std::string none : {R"("")", "{}", "false", "null", "[]", "0"}) {
    auto response =
        read_events({R"({"error":)" + none + R"(,"choices":[{"delta":{"content":"x"},"error":)" + none + "}]}",
                     delta("{}", "\"stop\"")});
    EXPECT_EQ(response.message.text(), "x") << none;
  }
}

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

// As gateways with an envelope of their own send it, at the end or first.
TEST(ChatStream, TakesWordsThatSayNoErrorForNone) {  // [LLM-05] [LLM-15]
  const auto text = delta(R"({"content":"x"})"), stop = delta("{}", "\"stop\"");
  for (const std::string& words :
       {R"({"choices":[],"usage":{"prompt_tokens":1},"code":0,"message":"Success"})",
        R"({"choices":[],"usage":{"prompt_tokens":1},"msg":"ok","code":200})", R"({"choices":[],"message":"queue 3"})",
        R"({"choices":null,"code":0,"message":"Success"})", R"({"code":0,"message":"accepted"})"}) {
    EXPECT_EQ(read_events({text, stop, words, "[DONE]"}).message.text(), "x") << words;
    EXPECT_EQ(read_events({words, text, stop}).message.text(), "x") << words;
  }
  EXPECT_EQ(read_events({text, stop, R"({"message":"bye"})"}).message.text(), "x");
}

TEST(ChatStream, FindsAnErrorAlsoBesideUsage) {  // [LLM-15]
  const auto text = delta(R"({"content":"x"})"), stop = delta("{}", "\"stop\"");
  EXPECT_EQ(code_of({text, R"({"choices":null,"message":"no"})", stop}), "model.unavailable");
  EXPECT_EQ(code_of({text, R"({"choices":null,"code":0,"message":"no"})", stop}), "model.unavailable");
  EXPECT_EQ(code_of({R"({"message":"no"})", text, stop}), "model.unavailable");
  for (const std::string& error : {R"({"choices":[],"usage":{"prompt_tokens":1},"code":504,"message":"timed out"})",
                                   R"({"message":"timed out","statusCode":504})"})
    EXPECT_EQ(code_of({text, stop, error}), "model.unavailable") << error;
  EXPECT_EQ(code_of({R"({"choices":[],"message":"This model's maximum context length is 8192 tokens"})"}),
            "model.request_too_large");
}

TEST(ChatStream, ReadsTheOneCallOfTheOldForm) {  // [LLM-05]
  auto response = read_events({delta(R"({"function_call":{"name":"f","arguments":""}})"),
                               delta(R"({"function_call":{"arguments":"{\"a\""}})"),
                               delta(R"({"function_call":{"arguments":":1}"}})", "\"function_call\"")});
  EXPECT_EQ(response.message.tool_calls, (std::vector<ToolCall>{{"call_0_0", "f", R"({"a":1})"}}));
}

TEST(ChatStream, TakesACallInBothFormsOnce) {
  auto both = read_events({delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}],
                                     "function_call":{"name":"f","arguments":"{}"}})",
                                 "\"stop\"")});
  EXPECT_EQ(both.message.tool_calls.size(), 1U);
}

TEST(ChatStream, ReadsOneChoiceOnly) {  // [LLM-05]
  auto of = [](int index, std::string_view text) {
    return choice("\"index\":" + std::to_string(index) + R"(,"delta":{"content":")" + std::string(text) + "\"}");
  };
  EXPECT_EQ(read_events({of(0, "Hel"), of(1, "Good day"), of(0, "lo"),
                         choice(R"("index":1,"delta":{},"finish_reason":"length")"),
                         choice(R"("index":0,"delta":{},"finish_reason":"stop")")})
                .message.text(),
            "Hello");
  EXPECT_EQ(code_of({of(1, "Good day"), of(0, "Hello"), delta("{}", "\"stop\"")}), "model.broken");
}

TEST(ChatStream, CutByItsLimitHasACutCall) {  // [LLM-05]
  auto call = [](std::string_view arguments) {
    return delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":")" + std::string(arguments) +
                     "\"}}]}",
                 "\"length\"");
  };
  auto begun = read_events({call(R"({\"text\": \"It w)")});
  EXPECT_EQ(begun.finish, FinishReason::length);
  EXPECT_EQ(begun.message.tool_calls.at(0).arguments, R"({"text": "It w)");
  EXPECT_EQ(read_events({call("")}).message.tool_calls.at(0).arguments, kCutArguments);
}

TEST(ChatStream, IsBrokenWhereItHasTooManyCalls) {  // [LLM-15]
  auto calls = [](std::size_t count) {
    std::vector<std::string> events;
    for (std::size_t i = 0; i < count; ++i)
      events.push_back(
          delta(R"({"tool_calls":[{"index":)" + std::to_string(i) + R"(,"function":{"name":"f","arguments":"{}"}}]})"));
    events.push_back(delta("{}", "\"tool_calls\""));
    return events;
  };
  EXPECT_EQ(read_events(calls(kMostStreamedCalls)).message.tool_calls.size(), kMostStreamedCalls);
  EXPECT_EQ(code_of(calls(kMostStreamedCalls + 1)), "model.broken");
  std::string whole = R"({"object":"chat.completion","choices":[{"index":0,"message":{"tool_calls":[)";
  for (std::size_t i = 0; i <= kMostStreamedCalls; ++i)
    whole += std::string(i > 0 ? "," : "") + R"({"function":{"name":"f","arguments":"{}"}})";
  EXPECT_EQ(code_of({whole + R"(]},"finish_reason":"tool_calls"}]})"}), "model.broken");
}

TEST(ChatStream, KeepsWhatBelongsToACallWhereverItStands) {
  auto response = read_events(
      {delta(R"({"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"{}"},"extra_content":{"s":"b"}},
                               {"index":0,"id":"a","function":{"name":"f","arguments":"{}"},"extra_content":{"s":"a"}}]})",
             "\"tool_calls\"")});
  EXPECT_EQ(response.message.tool_calls.at(0).id, "a");
  for (const auto& part : response.message.parts) {
    const auto& data = std::get<Opaque>(part).data;
    EXPECT_EQ(data.at("rest").at("extra_content").at("s"), data.at("id"));
  }
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
