#include "llm/openai/chat/stream.hpp"

#include <gtest/gtest.h>

#include <executus/llm/kit/answer_errors.hpp>
#include <executus/net/client/sse_parser.hpp>

#include "llm/model_error_test.hpp"
#include "llm/openai/chat/chat_events_test.hpp"

namespace executus::llm::openai {
namespace {

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

}  // namespace
}  // namespace executus::llm::openai
