#include "llm/openai/responses/stream.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <executus/llm/kit/event_parser.hpp>

#include "llm/model_error_test.hpp"

namespace executus::llm::openai {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Asked streaming_responses() { return {"lab", "lab/m", "c4n4ry-secret", {}, {}}; }

// As OpenAI frames its events: the type is named twice.
std::string framed(std::string_view type, std::string rest, std::string_view line = "\n") {
  auto name = std::string(type);
  std::erase(rest, '\n');
  return "event: " + name + std::string(line) + "data: {\"type\":\"" + name + "\"," + rest + "}" + std::string(line) +
         std::string(line);
}

struct StreamedResponse {
  Response response;
  std::string shown;
};

StreamedResponse read_pieces(const std::vector<std::string_view>& pieces) {
  EventParser parser("text/event-stream; charset=utf-8");
  ResponsesReader reader(streaming_responses());
  std::string shown;
  for (auto piece : pieces)
    for (const auto& event : parser.feed(piece)) shown += reader.add(event);
  return {reader.finish(), shown};
}

StreamedResponse read_whole_stream(const std::string& stream) { return read_pieces({stream}); }

ModelError error_of_stream(const std::string& stream) {
  return error_in([&] { return read_whole_stream(stream); });
}

const std::string kUsageAtEnd =
    R"("usage":{"input_tokens":9,"input_tokens_details":{"cached_tokens":2},"output_tokens":5,)"
    R"("output_tokens_details":{"reasoning_tokens":3}})";

const std::string kEnd =
    framed("response.completed", R"("response":{"status":"completed","error":null,"output":[],)" + kUsageAtEnd + "}");

// Reasoning, text with umlauts and two calls side by side, whose arguments are cut in odd places.
const std::string kCallsStream =
    framed("response.created", R"("response":{"id":"resp_1","status":"in_progress","output":[]})") +
    framed("response.output_item.added",
           R"("output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"par"})") +
    framed("response.reasoning_summary_text.delta", R"("output_index":0,"summary_index":0,"delta":"hm")") +
    framed("response.output_item.done",
           R"("output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"all of it"})") +
    framed("response.output_item.added",
           R"("output_index":1,"item":{"id":"msg_1","type":"message","role":"assistant","content":[]})", "\r\n") +
    framed("response.content_part.added",
           R"("output_index":1,"content_index":0,"part":{"type":"output_text","text":""})") +
    framed("response.output_text.delta", R"("output_index":1,"content_index":0,"delta":"Grüß")") +
    framed("response.output_text.delta", R"("output_index":1,"content_index":0,"delta":"e \ud83d\ude00")") +
    framed("response.output_text.done", R"("output_index":1,"content_index":0,"text":"Grüße 😀")") +
    framed(
        "response.output_item.added",
        R"("output_index":2,"item":{"id":"fc_1","type":"function_call","call_id":"a","name":"grep","arguments":""})") +
    framed(
        "response.output_item.added",
        R"("output_index":3,"item":{"id":"fc_2","type":"function_call","call_id":"b","name":"now","arguments":""})") +
    framed("response.function_call_arguments.delta", R"("output_index":2,"item_id":"fc_1","delta":"{\"p\"")") +
    framed("response.function_call_arguments.delta", R"("output_index":3,"item_id":"fc_2","delta":"{")") +
    framed("response.function_call_arguments.delta", R"("output_index":2,"item_id":"fc_1","delta":": \"\\u00")") +
    framed("response.function_call_arguments.delta", R"("output_index":2,"item_id":"fc_1","delta":"e4\"}")") +
    framed("response.function_call_arguments.delta", R"("output_index":3,"item_id":"fc_2","delta":"}")") +
    framed("response.some.event.of.tomorrow", R"("output_index":{},"delta":[])") + kEnd;

void expect_the_calls(const StreamedResponse& read) {
  const auto& message = read.response.message;
  EXPECT_EQ(message.text(), "Grüße 😀");
  EXPECT_EQ(read.shown, "Grüße 😀");
  EXPECT_EQ(message.tool_calls, (std::vector<ToolCall>{{"a", "grep", "{\"p\": \"\\u00e4\"}"}, {"b", "now", "{}"}}));
  EXPECT_EQ(std::get<Opaque>(message.parts.at(0)).data.at("encrypted_content"), "all of it");
  EXPECT_EQ(read.response.finish, FinishReason::tool_calls);
  EXPECT_EQ(read.response.usage, (Usage{.input = 9, .output = 5, .cache_read = 2, .cache_write = 0, .reasoning = 3}));
  EXPECT_EQ(read.response.target, "lab/m");
}

TEST(ResponsesStream, IsTheSameWhereverItsBytesAreCut) {  // [LLM-05] [LLM-06]
  for (std::size_t cut = 0; cut <= kCallsStream.size(); ++cut) {
    SCOPED_TRACE(cut);
    expect_the_calls(
        read_pieces({std::string_view(kCallsStream).substr(0, cut), std::string_view(kCallsStream).substr(cut)}));
  }
}

TEST(ResponsesStream, IsTheSameByteByByte) {  // [LLM-05]
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < kCallsStream.size(); ++i) bytes.push_back(std::string_view(kCallsStream).substr(i, 1));

  expect_the_calls(read_pieces(bytes));
}

TEST(ResponsesStream, CutOffBeforeItsEndIsAnError) {  // [LLM-15]
  for (std::size_t end = 0; end + 1 < kCallsStream.size(); end += end + 300 < kCallsStream.size() ? 7 : 1) {
    SCOPED_TRACE(end);
    auto error = error_of_stream(kCallsStream.substr(0, end));
    EXPECT_EQ(error.code(), "model.truncated");
    EXPECT_EQ(error.failure(), Failure::transient);
  }
}

TEST(ResponsesStream, TakesTheOutputOfTheEndWhenItIsThere) {
  auto read = read_whole_stream(
      framed("response.output_text.delta", R"("output_index":0,"delta":"Hel")") +
      framed("response.completed", R"("response":{"status":"completed","output":[{"type":"message","content":
             [{"type":"output_text","text":"Hello"}]}]})"));

  EXPECT_EQ(read.response.message, assistant_message("Hello"));
}

// Wherever the whole of an item comes: nothing of it wins in silence.
TEST(ResponsesStream, IsBrokenWhereItsPiecesAndItsWholeDiffer) {  // [LLM-05] [LLM-15]
  auto piece = framed("response.output_text.delta", R"("output_index":0,"delta":"Hello")");
  auto message = [](std::string_view text) {
    return R"({"type":"message","content":[{"type":"output_text","text":")" + std::string(text) + "\"}]}";
  };
  auto item = [&](std::string_view text) {
    return framed("response.output_item.done", R"("output_index":0,"item":)" + message(text));
  };
  auto end = [&](std::string_view text) {
    return framed("response.completed", R"("response":{"status":"completed","output":[)" + message(text) + "]}");
  };
  auto call = framed("response.output_item.added",
                     R"("output_index":0,"item":{"type":"function_call","call_id":"a","name":"f","arguments":""})") +
              framed("response.function_call_arguments.delta", R"("output_index":0,"delta":"{\"x\":1}")");
  auto arguments = framed("response.function_call_arguments.done", R"("output_index":0,"arguments":"{\"x\":2}")");

  EXPECT_EQ(error_of_stream(piece + end("Good day")).code(), "model.broken");
  EXPECT_EQ(error_of_stream(piece + end("Hel")).code(), "model.broken") << "the pieces were fuller";
  EXPECT_EQ(error_of_stream(piece + item("Good day") + kEnd).code(), "model.broken");
  EXPECT_EQ(error_of_stream(item("Hello") + end("Good day")).code(), "model.broken");
  EXPECT_EQ(error_of_stream(call + arguments + kEnd).code(), "model.broken");
  auto refusal =
      framed("response.refusal.delta", R"("output_index":0,"delta":"I won't")") +
      framed("response.output_item.done",
             R"("output_index":0,"item":{"type":"message","content":[{"type":"refusal","refusal":"Sure"}]})");
  EXPECT_EQ(error_of_stream(refusal + kEnd).code(), "model.broken");
  for (const auto& fuller : {piece + end("Hello all"), piece + item("Hello all") + kEnd,
                             piece + item("Hello") + end("Hello all"), end("Hello all")}) {
    auto read = read_whole_stream(fuller);
    EXPECT_EQ(read.response.message.text(), "Hello all");
    EXPECT_EQ(read.shown, "Hello all");
  }
}

TEST(ResponsesReader, ShowsTheRestOfAnItemWhenItIsDone) {  // [LLM-05]
  ResponsesReader reader(streaming_responses());
  (void)reader.add(R"({"type":"response.output_text.delta","output_index":0,"delta":"Hel"})");
  EXPECT_EQ(reader.add(R"({"type":"response.output_item.done","output_index":0,"item":{"type":"message",
                          "content":[{"type":"output_text","text":"Hello"}]}})"),
            "lo");
}

// Whatever its output says.
TEST(ResponsesStream, ThatFailedTellsItsFailure) {  // [LLM-15]
  auto piece = framed("response.output_text.delta", R"("output_index":0,"delta":"Hello")");
  const std::string output = R"("output":[{"type":"message","content":[{"type":"output_text","text":"Good day"}]}])";
  for (const auto& end :
       {framed("response.failed", R"("response":{"status":"completed",)" + output + "}"),
        framed("response.failed", R"("response":{"error":{"code":"server_error","message":"oops"},)" + output + "}"),
        framed("response.completed",
               R"("response":{"error":{"code":"server_error","message":"oops"},)" + output + "}")})
    EXPECT_EQ(error_of_stream(piece + end).code(), "model.unavailable") << end;
}

TEST(ResponsesStream, ThatBeginsAnewInItsMiddleIsBroken) {  // [LLM-15]
  auto piece = framed("response.output_text.delta", R"("output_index":0,"delta":"Hello")");
  EXPECT_EQ(error_of_stream(piece + framed("response.created", R"("response":{})") + piece + kEnd).code(),
            "model.broken");
}

TEST(ResponsesStream, NeedsNoItemsAroundItsText) {
  auto read = read_whole_stream(framed("response.output_text.delta", R"("output_index":0,"delta":"Hello")") + kEnd);

  EXPECT_EQ(read.response.message, assistant_message("Hello"));
}

TEST(ResponsesStream, NeedsNoPiecesOfItsItems) {
  auto read = read_whole_stream(
      framed("response.output_item.done", R"("output_index":0,"item":{"type":"message","content":
             [{"type":"output_text","text":"Hello"}]})") +
      framed("response.function_call_arguments.done", R"("output_index":1,"arguments":"{\"x\":1}")") +
      framed("response.output_item.done",
             R"("output_index":1,"item":{"type":"function_call","call_id":"a","name":"f","arguments":"{\"x\":1}"})") +
      kEnd);

  EXPECT_EQ(read.response.message, assistant_message("Hello", {{"a", "f", "{\"x\":1}"}}));
  EXPECT_EQ(read.shown, "Hello");
}

TEST(ResponsesStream, ShowsMessagesAsParagraphs) {  // [LLM-05]
  auto read = read_whole_stream(framed("response.output_text.delta", R"("output_index":0,"delta":"One.")") +
                                framed("response.output_text.delta", R"("output_index":2,"delta":"Two")") +
                                framed("response.output_text.delta", R"("output_index":2,"delta":".")") + kEnd);

  EXPECT_EQ(read.shown, "One.\n\nTwo.");
  EXPECT_EQ(read.response.message.text(), read.shown);
}

TEST(ResponsesStream, JoinsARefusal) {
  auto read = read_whole_stream(framed("response.refusal.delta", R"("output_index":0,"delta":"I ")") +
                                framed("response.refusal.delta", R"("output_index":0,"delta":"won't.")") + kEnd);

  EXPECT_EQ(read.response.finish, FinishReason::refusal);
  EXPECT_EQ(read.response.message.text(), "I won't.");
  EXPECT_EQ(read.shown, "I won't.");
}

TEST(ResponsesStream, ThatIsIncompleteSaysWhy) {  // [LLM-06]
  auto read = read_whole_stream(framed("response.output_text.delta", R"("output_index":0,"delta":"Once upon")") +
                                framed("response.incomplete", R"("response":{"status":"incomplete",
             "incomplete_details":{"reason":"max_output_tokens"},"output":[],)" +
                                                                  kUsageAtEnd + "}"));

  EXPECT_EQ(read.response.finish, FinishReason::length);
  EXPECT_EQ(read.response.message.text(), "Once upon");
  EXPECT_EQ(read.response.usage.output, 5);
}

TEST(ResponsesStream, ThatFailedIsAnError) {  // [LLM-15]
  auto failed = error_of_stream(framed(
      "response.failed",
      R"("response":{"status":"failed","output":[],"error":{"code":"server_error","message":"c4n4ry-secret: oops"}})"));
  auto silent = error_of_stream(framed("response.failed", R"("sequence_number":3)"));

  EXPECT_EQ(failed.failure(), Failure::transient);
  EXPECT_THAT(failed.message(), ::testing::AllOf(HasSubstr("***: oops"), Not(HasSubstr("c4n4ry"))));
  EXPECT_EQ(silent.failure(), Failure::transient);
}

TEST(ResponsesStream, ThrowsTheErrorItHolds) {  // [LLM-15]
  auto flat = error_of_stream(framed("error", R"("code":"rate_limit_exceeded","message":"slow down","param":null)"));
  auto nested = error_of_stream(
      framed("error", R"("error":{"type":"invalid_request_error","code":null,"message":"no such model"})"));
  auto bare = error_of_stream("data: {\"error\":{\"message\":\"busy\",\"code\":503}}\n\n");

  EXPECT_EQ(flat.code(), "model.overloaded");
  EXPECT_THAT(flat.message(), HasSubstr("slow down"));
  EXPECT_EQ(nested.failure(), Failure::permanent);
  EXPECT_EQ(bare.failure(), Failure::transient);
}

TEST(ResponsesStream, IgnoresWhatComesAfterItsEnd) {
  auto text = framed("response.output_text.delta", R"("output_index":0,"delta":"x")");
  EXPECT_EQ(read_whole_stream(text + kEnd + "data: [DONE]\n\ndata: garbage\n\n").response.message,
            assistant_message("x"));
}

TEST(ResponsesStream, OfGarbageIsMalformed) {
  EXPECT_EQ(error_of_stream("data: {\"type\":\n\n").code(), "model.malformed");
  EXPECT_EQ(error_of_stream("data: [DONE]\n\n").code(), "model.truncated");
}

TEST(ResponsesStream, OfOddShapesDoesNotFail) {
  auto read = read_whole_stream(framed("response.output_item.added", R"("output_index":-1,"item":null)") +
                                framed("response.output_item.done", R"("item":[])") +
                                framed("response.output_text.delta", R"("output_index":"x","delta":null)") +
                                framed("response.output_text.delta", R"("output_index":0,"delta":"x")") +
                                framed("response.completed", R"("response":null)"));

  EXPECT_EQ(read.response.message, assistant_message("x"));
}

std::string call_added(int index, std::string_view item, std::string_view call) {
  return framed("response.output_item.added",
                "\"output_index\":" + std::to_string(index) + R"(,"item":{"type":"function_call","id":")" +
                    std::string(item) + R"(","call_id":")" + std::string(call) + R"(","name":"f","arguments":""})");
}

std::string arguments_piece(int index, std::string_view item, std::string_view piece) {
  return framed("response.function_call_arguments.delta",
                "\"output_index\":" + std::to_string(index) + ",\"item_id\":\"" + std::string(item) +
                    "\",\"delta\":" + boost::json::serialize(boost::json::value(piece)));
}

std::vector<std::string> calls_in_stream(const std::string& stream) {
  std::vector<std::string> all;
  for (const auto& call : read_whole_stream(stream + kEnd).response.message.tool_calls)
    all.push_back(call.id + call.arguments);
  return all;
}

TEST(ResponsesStream, KeepsItemsApartThatBeginAtTheSameIndex) {  // [LLM-05]
  using ::testing::ElementsAre;
  const auto both = ElementsAre(R"(a{"x":1})", R"(b{"x":2})");
  EXPECT_THAT(
      calls_in_stream(call_added(0, "i1", "a") + call_added(0, "i2", "b") + arguments_piece(0, "i1", R"({"x")") +
                      arguments_piece(0, "i2", R"({"x":2})") + arguments_piece(0, "i1", ":1}")),
      both)
      << "told apart by the ids of the items";
  EXPECT_THAT(calls_in_stream(call_added(0, "", "a") + arguments_piece(0, "", R"({"x":1})") + call_added(0, "", "b") +
                              arguments_piece(0, "", R"({"x":2})")),
              both)
      << "one after the other";
  EXPECT_EQ(error_of_stream(call_added(0, "", "a") + arguments_piece(0, "", R"({"x")") + call_added(0, "", "b") + kEnd)
                .code(),
            "model.broken");
}

TEST(ResponsesStream, MakesNoCallsOfWhatMayMeanTwoThings) {  // [LLM-05]
  auto named = [](const std::string& event, const char* name) {
    auto at = event.find(R"("name":"f")");
    return event.substr(0, at) + "\"name\":\"" + name + "\"" + event.substr(at + 10);
  };
  auto text = framed("response.output_text.delta", R"("output_index":5,"delta":"Hi")");
  EXPECT_EQ(error_of_stream(call_added(0, "", "a") + named(call_added(0, "", "b"), "g") +
                            arguments_piece(0, "", R"({"x":1})") + kEnd)
                .code(),
            "model.broken")
      << "whose arguments are these?";
  EXPECT_EQ(error_of_stream(call_added(0, "i1", "a") + call_added(0, "i2", "b") + arguments_piece(0, "i1", R"({"x")") +
                            arguments_piece(0, "i2", R"({"x":2})") + kEnd)
                .code(),
            "model.broken");
  EXPECT_EQ(error_of_stream(text + arguments_piece(7, "", R"({"x":1})") + kEnd).code(), "model.broken");
}

TEST(ResponsesStream, NeverLosesPiecesOfACall) {
  EXPECT_EQ(error_of_stream(arguments_piece(7, "", R"({"x":1})") + kEnd).code(), "model.broken");
  EXPECT_THAT(calls_in_stream(call_added(0, "i1", "a") + arguments_piece(3, "", R"({"x":1})")),
              ::testing::ElementsAre(R"(a{"x":1})"))
      << "an unknown index goes on with the open call";
}

TEST(ResponsesStream, MayBeAWholeAnswerAsAnEvent) {  // [LLM-05]
  auto read = read_whole_stream(
      "data: "
      "{\"object\":\"response\",\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":[{\"text\":"
      "\"x\"}]}]}\n\n");
  EXPECT_EQ(read.response.message, assistant_message("x"));
}

// All under one index, as some gateways have it, and told apart by their calls alone.
std::string items_under_one_index(int count) {
  std::string stream;
  auto item = [](const char* type, int number, std::string id) {
    auto call = std::to_string(number);
    return framed(type, R"("output_index":0,"item":{"id":")" + std::move(id) +
                            R"(","type":"function_call","call_id":"c)" + call + R"(","name":"f","arguments":"{}"})");
  };
  for (int i = 0; i < count; ++i) stream += item("response.output_item.added", i, "a" + std::to_string(i));
  for (int i = count; i-- > 0;) stream += item("response.output_item.done", i, "d" + std::to_string(i));
  return stream + kEnd;
}

TEST(ResponsesStream, FindsItemsThatEndInAnotherOrderAndUnderOtherIds) {  // [LLM-05]
  auto response = read_whole_stream(items_under_one_index(50)).response;
  ASSERT_EQ(response.message.tool_calls.size(), 50U);
  EXPECT_EQ(response.message.tool_calls.back().id, "c49");
}

TEST(ResponsesStream, ComparesItsItemsOnlySoOften) {  // [LLM-05]
  EXPECT_EQ(error_of_stream(items_under_one_index(200)).code(), "model.broken");
}

TEST(ResponsesReader, HasEndedByABodyThatIsCompletedOrIncomplete) {  // [LLM-05] [LLM-15]
  auto ended = [](std::string_view status, std::string_view object = "response") {
    return ResponsesReader(streaming_responses())
        .is_ended_body({{"object", object}, {"status", status}, {"output", boost::json::array()}});
  };
  EXPECT_TRUE(ended("completed"));
  EXPECT_TRUE(ended("incomplete"));
  for (const char* other : {"in_progress", "queued", ""}) EXPECT_FALSE(ended(other));
  EXPECT_FALSE(ended("completed", "other"));
}

// A response that failed in the end says what it used.
TEST(ResponsesReader, TellsWhatAFailedResponseUsed) {  // [LLM-05]
  ResponsesReader reader(streaming_responses());
  EXPECT_EQ(reader.used(), Usage{});
  (void)reader.add(
      R"({"type":"response.failed","response":{"status":"failed","usage":{"input_tokens":9,"output_tokens":2}}})");
  EXPECT_EQ(reader.used(), (Usage{9, 2, 0, 0, 0}));
}

TEST(ResponsesStream, ThatEndsAsIncompleteIsSoWhateverItsStatus) {  // [LLM-15]
  auto item = framed("response.output_item.done",
                     R"("output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"Hel"}]})");
  auto end = framed("response.incomplete", R"("response":{"status":"completed","output":[]})");

  EXPECT_EQ(read_whole_stream(item + end).response.finish, FinishReason::other);
}

}  // namespace
}  // namespace executus::llm::openai
