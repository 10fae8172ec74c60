// What a server wants back goes there and back again: out of an answer, through a journal, into the next request.
#include "llm/openai/chat/kept.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <executus/net/client/sse_parser.hpp>

#include "llm/openai/chat/request.hpp"
#include "llm/openai/chat/stream.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

Asked asked_of(std::string provider) { return {provider, provider + "/m", "c4n4ry-secret", {}, {}}; }

Message whole_answer(const std::string& message, const std::string& provider = "lab") {
  return read_response(R"({"choices":[{"finish_reason":"stop","message":)" + message + "}]}", asked_of(provider))
      .message;
}

std::string sse_of(const std::vector<std::string>& deltas) {
  std::string stream;
  for (const auto& delta : deltas) stream += R"(data: {"choices":[{"index":0,"delta":)" + delta + "}]}\n\n";
  return stream + "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
}

Message streamed_answer(const std::string& stream, std::size_t cut) {
  net::SseParser parser;
  ChatReader reader(asked_of("lab"));
  for (auto piece : {std::string_view(stream).substr(0, cut), std::string_view(stream).substr(cut)})
    for (const auto& event : parser.feed(piece)) (void)reader.add(event.data);
  return reader.finish().message;
}

// The message as the next request to `provider` has it.
json::value sent_again(const Message& answer, const std::string& provider = "lab") {
  Request request;
  request.messages = {message_from_json(to_json(answer))};
  Dialect dialect{.provider = provider, .model = "m"};
  return json::parse(request_body(request, {}, dialect, AnswerForm::whole)).at("messages").at(0);
}

void expect_wherever_cut(const std::vector<std::string>& deltas, const std::string& message) {
  auto stream = sse_of(deltas);
  for (std::size_t cut = 0; cut <= stream.size(); ++cut)
    ASSERT_EQ(sent_again(streamed_answer(stream, cut)), json::parse(message)) << "cut at " << cut;
}

// Two calls of Gemini 3 by Google's OpenAI-compatible API, of which it signs the first.
const std::string kSigned =
    R"({"extra_content":{"google":{"thought_signature":"EjQKMg=="}},"function":{"arguments":"{\"q\":1}","name":"f"},)"
    R"("id":"a","type":"function"})";
const std::string kUnsigned = R"({"function":{"arguments":"{}","name":"g"},"id":"b","type":"function"})";
const std::string kCalls = R"({"role":"assistant","content":null,"tool_calls":[)" + kSigned + "," + kUnsigned + "]}";

// A block of Claude's by OpenRouter, and an encrypted one.
const std::string kBlocks =
    R"([{"type":"reasoning.text","text":"Let me see.","signature":"Et8B","format":"anthropic-claude-v1","index":0},)"
    R"({"type":"reasoning.encrypted","data":"AAAA","id":"rs_1","index":0},)"
    R"({"type":"reasoning.encrypted","data":"BBBB","id":"rs_2","index":0}])";

TEST(KeptFields, OfReasoningGoBackUnderTheirOwnNames) {  // [LLM-01]
  for (std::string fields : {R"("reasoning":"hm")", R"("reasoning_content":"hm")",
                             R"("reasoning":"hm","reasoning_content":"hm","reasoning_details":)"}) {
    if (fields.ends_with(':')) fields += kBlocks;
    std::string message = R"({"role":"assistant","content":"x",)" + fields + "}";

    auto answer = whole_answer(message);

    EXPECT_EQ(answer.text(), "x") << "reasoning is no part of it";
    EXPECT_EQ(sent_again(answer), json::parse(message));
  }
}

TEST(KeptFields, GoToNobodyElse) {  // [LLM-01]
  auto answer = whole_answer(R"({"content":"x","reasoning":"hm","reasoning_details":)" + kBlocks + "}");

  EXPECT_EQ(sent_again(answer, "other"), json::parse(R"({"role":"assistant","content":"x"})"));
}

TEST(KeptFields, OfNoUseAreNotKept) {
  auto answer = whole_answer(
      R"({"content":"x","reasoning":"","reasoning_content":null,"reasoning_details":[],"extra_content":{"a":1}})");

  EXPECT_EQ(answer, assistant_message("x"));
}

TEST(KeptFields, OfReasoningAreJoinedInAStream) {  // [LLM-01] [LLM-05]
  expect_wherever_cut({R"({"reasoning":"Gr\u00fc"})", R"({"reasoning":"ße"})", R"({"reasoning":null,"content":"x"})"},
                      R"({"role":"assistant","content":"x","reasoning":"Grüße"})");
}

TEST(KeptFields, OfBlocksInPiecesAreJoined) {  // [LLM-01] [LLM-05]
  auto piece = [](const std::string& rest) {
    return R"({"reasoning_details":[{"type":"reasoning.text","format":"anthropic-claude-v1","index":0,)" + rest + "}]}";
  };
  expect_wherever_cut(
      {piece(R"("text":"Let")"), piece(R"("text":" me see.","signature":null)"), piece(R"("signature":"Et8B")"),
       R"({"reasoning_details":[{"type":"reasoning.encrypted","data":"AAAA","id":"rs_1","index":0}]})",
       R"({"reasoning_details":[{"type":"reasoning.encrypted","data":"BBBB","id":"rs_2","index":0}],"content":"x"})"},
      R"({"role":"assistant","content":"x","reasoning_details":)" + kBlocks + "}");
}

TEST(KeptFields, OfDifferentBlocksStayApart) {  // [LLM-01]
  const std::string blocks =
      R"([{"type":"reasoning.summary","summary":"a","index":0},{"type":"reasoning.text","text":"b","index":0},)"
      R"({"type":"reasoning.text","text":"c","index":1},{"type":"reasoning.text","text":"d"},)"
      R"({"type":"reasoning.text","text":"e"},{"type":"reasoning.text","text":"f","index":2,"id":"1"},)"
      R"({"type":"reasoning.text","text":"g","index":2,"id":"2"},7])";
  std::vector<std::string> deltas;
  auto parsed = json::parse(blocks);
  for (const auto& block : parsed.as_array())
    deltas.push_back(R"({"content":"x","reasoning_details":[)" + json::serialize(block) + "]}");

  expect_wherever_cut(deltas, R"({"role":"assistant","content":"xxxxxxxx","reasoning_details":)" + blocks + "}");
}

TEST(KeptFields, OfCallsGoBackWithTheirCall) {  // [LLM-01]
  auto answer = whole_answer(kCalls);

  ASSERT_EQ(answer.parts.size(), 1U);
  EXPECT_EQ(std::get<Opaque>(answer.parts[0]), (Opaque{"lab", json::parse(R"({"of":"call","id":"a",
                "rest":{"extra_content":{"google":{"thought_signature":"EjQKMg=="}}}})")}));
  EXPECT_EQ(sent_again(answer), json::parse(kCalls));
}

TEST(KeptFields, OfCallsGoToNobodyElse) {  // [LLM-01]
  auto calls = sent_again(whole_answer(kCalls), "other").at("tool_calls");

  EXPECT_EQ(calls.at(1), json::parse(kUnsigned));
  EXPECT_FALSE(calls.at(0).as_object().contains("extra_content"));
}

TEST(KeptFields, OfCallsWithoutIdsFindTheirCall) {  // [LLM-01] [LLM-26]
  auto answer = whole_answer(R"({"content":null,"tool_calls":[{"function":{"name":"f"}},
      {"function":{"name":"g"},"extra_content":{"vertex":{"thought_signature":"AY89"}}}]})");

  auto calls = sent_again(answer).at("tool_calls");

  EXPECT_FALSE(calls.at(0).as_object().contains("extra_content"));
  EXPECT_EQ(calls.at(1).at("extra_content"), json::parse(R"({"vertex":{"thought_signature":"AY89"}})"));
}

TEST(KeptFields, OfCallsComeThroughAStream) {  // [LLM-01] [LLM-05]
  auto delta = [](const std::string& call) { return R"({"role":"assistant","tool_calls":[)" + call + "]}"; };

  expect_wherever_cut({delta(kSigned), delta(kUnsigned)},
                      kCalls);  // each whole, without an index, as Google sends them
  expect_wherever_cut(
      {delta(R"({"index":0,"id":"a","function":{"name":"f","arguments":"{\"q\""}})"),
       delta(R"({"index":1,"id":"b","function":{"name":"g","arguments":"{}"}})"),
       delta(
           R"({"index":0,"extra_content":{"google":{"thought_signature":"EjQKMg=="}},"function":{"arguments":":1}"}})")},
      kCalls);
}

TEST(KeptFields, OfOddShapesAreLeftOut) {
  auto answer = whole_answer(R"({"content":"x","reasoning":{"a":1},"reasoning_content":7,"reasoning_details":"y",
      "tool_calls":[{"id":"a","function":{"name":"f"},"extra_content":"z"}]})");

  EXPECT_TRUE(std::holds_alternative<Text>(answer.parts.at(0)));
  EXPECT_EQ(answer.parts.size(), 1U);
}

}  // namespace
}  // namespace executus::llm::openai
