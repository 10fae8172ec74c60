#include <gmock/gmock.h>

#include <executus/llm/kit/event_parser.hpp>

namespace executus::llm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct ReadBody {
  std::vector<std::string> events;
  std::optional<std::string> whole;
};

ReadBody read_body(const std::vector<std::string>& pieces, std::string_view type = "text/event-stream; charset=utf-8") {
  EventParser parser(type);
  ReadBody body;
  auto take = [&](std::vector<std::string> events) {
    for (auto& event : events) body.events.push_back(std::move(event));
  };
  for (const auto& piece : pieces) take(parser.feed(piece));
  take(parser.rest());
  body.whole = parser.whole();
  return body;
}

std::vector<std::string> one_by_one(std::string_view text) {
  std::vector<std::string> pieces;
  for (char c : text) pieces.emplace_back(1, c);
  return pieces;
}

// The same under any type, however its bytes arrive.
std::vector<std::string> events_of(std::string_view text) {
  auto events = read_body({std::string(text)}).events;
  for (auto type : {"text/event-stream", "application/json", "text/plain", "text/html", ""}) {
    EXPECT_EQ(read_body({std::string(text)}, type).events, events) << type;
    EXPECT_EQ(read_body(one_by_one(text), type).events, events) << type;
    EXPECT_EQ(read_body(one_by_one(text), type).whole, std::nullopt);
  }
  return events;
}

TEST(EventParser, KnowsAStreamByItsBytes) {  // [LLM-05]
  EXPECT_THAT(events_of("data: {\"a\":1}\n\ndata: [DONE]\n\n"), ElementsAre("{\"a\":1}", "[DONE]"));
  EXPECT_THAT(events_of("\xEF\xBB\xBF\n: hello\n\nevent: x\ndata: {\"a\":1}\n\n"), ElementsAre("{\"a\":1}"));
  EXPECT_THAT(events_of("\n\xEF\xBB\xBF \xEF\xBB\xBF"
                        "data: {\"a\":1}\n\n"),
              ElementsAre("{\"a\":1}"));
  EXPECT_THAT(events_of("\r\n\xEF\xBB\xBF\n{\"a\":1}\n{\"b\":2}\n"), ElementsAre("{\"a\":1}", "{\"b\":2}"));
  EXPECT_THAT(events_of("{\"a\":1}\n{\"b\":2}\n"), ElementsAre("{\"a\":1}", "{\"b\":2}"));
}

TEST(EventParser, TakesALastEventWithoutABlankLine) {  // [LLM-05]
  EXPECT_THAT(events_of("data: {\"a\":1}\n\ndata: {\"b\":2}\n"), ElementsAre("{\"a\":1}", "{\"b\":2}"));
  EXPECT_THAT(events_of("data: {\"a\":1}\n\ndata: {\"b\":2}"), ElementsAre("{\"a\":1}", "{\"b\":2}"));
  EXPECT_THAT(events_of("data: {\"a\":1}\n\ndata: {\"b\":"), ElementsAre("{\"a\":1}")) << "it was cut";
  EXPECT_THAT(events_of("data: {\"a\":1}\n\ndata: [DON"), ElementsAre("{\"a\":1}"));
}

TEST(EventParser, PassesOverHeartbeats) {  // [LLM-05]
  for (std::string beat : {"data: \n\n", "data:\n\n", "event: ping\ndata: \n\n", "event: ping\ndata: pong\n\n",
                           ": x\n\n", "data: {}\n\n", "data: null\n\n"})
    EXPECT_THAT(events_of(beat + "data: {\"a\":1}\n\n" + beat), ElementsAre("{\"a\":1}")) << beat;
  EXPECT_THAT(events_of("event: ping\ndata: {\"type\":\"ping\"}\n\n"), ElementsAre("{\"type\":\"ping\"}"));
}

TEST(EventParser, PartsEventsThatFollowEachOtherWithoutABlankLine) {  // [LLM-05]
  EXPECT_THAT(events_of("data: {\"a\":1}\ndata: {\"b\":2}\ndata: [DONE]\n"),
              ElementsAre("{\"a\":1}", "{\"b\":2}", "[DONE]"));
  EXPECT_THAT(events_of("event: a\ndata: {\"a\":1}\nevent: b\ndata: {\"b\":2}\n\n"),
              ElementsAre("{\"a\":1}", "{\"b\":2}"));
  EXPECT_THAT(events_of("data: {\"a\":\ndata: 1}\n\n"), ElementsAre("{\"a\":\n1}")) << "one value in two lines";
}

TEST(EventParser, MakesAnErrorOfAnEventOrAFieldOfThatName) {  // [LLM-15]
  EXPECT_THAT(events_of("event: error\ndata: {\"message\":\"busy\"}\n\n"),
              ElementsAre(R"({"error":{"message":"busy"}})"));
  EXPECT_THAT(events_of("event: error\ndata: busy\n\n"), ElementsAre(R"({"error":"busy"})"));
  EXPECT_THAT(events_of("event: error\ndata: {\"type\":\"error\",\"error\":{\"message\":\"x\"}}\n\n"),
              ElementsAre(R"({"type":"error","error":{"message":"x"}})"));
  EXPECT_THAT(events_of("data: {\"a\":1}\n\nerror: upstream died\n\n"),
              ElementsAre("{\"a\":1}", R"({"error":"upstream died"})"));
  EXPECT_THAT(events_of("data: {\"a\":1}\n\n{\"error\":{\"message\":\"x\"}}\n"),
              ElementsAre("{\"a\":1}", R"({"error":{"message":"x"}})"));
}

// Whatever stands in its data, and also behind JSON values.
TEST(EventParser, MakesAnErrorOfAnEventOfThatNameThatSaysNothing) {  // [LLM-15]
  const char* silent = R"({"error":"it gave no reason"})";
  for (std::string data : {"", "data:\n", "data: {}\n", "data: null\n", "data: \"\"\n", "data: {\"error\":{}}\n",
                           "data: {\"error\":null,\"code\":0}\n"})
    EXPECT_THAT(events_of("data: {\"a\":1}\n\nevent: error\n" + data + "\n"), ElementsAre("{\"a\":1}", silent)) << data;
  EXPECT_THAT(events_of("data: {\"a\":1}\n\nevent: error"), ElementsAre("{\"a\":1}", silent));
  EXPECT_THAT(events_of("event: error\ndata: {\"type\":\"error\"}\n\n"), ElementsAre(R"({"type":"error"})"));
  EXPECT_THAT(events_of("event: error\ndata: [{\"error\":\"x\"}]\n\n"), ElementsAre(R"([{"error":"x"}])"));
}

TEST(EventParser, KnowsTheNameOfAnErrorBehindJson) {  // [LLM-15]
  for (std::string data : {"data: {\"message\":\"busy\"}\n\n", "{\"message\":\"busy\"}"})
    EXPECT_THAT(events_of("{\"a\":1}\n\nevent: error\n" + data),
                ElementsAre("{\"a\":1}", R"({"error":{"message":"busy"}})"));
  for (std::string words : {"\nevent: error\ndata: busy\n\n", "\nevent: error\ndata: busy", "\nerror: busy\n"})
    EXPECT_THAT(read_body({"{\"a\":1}\n" + words}).events.back(), ::testing::HasSubstr("busy\"}")) << words;
  for (std::string end : {"event: error", "event: error\n", "event:error\n\n"})
    EXPECT_THAT(events_of("{\"a\":1}\n" + end), ElementsAre("{\"a\":1}", R"({"error":"it gave no reason"})")) << end;
  EXPECT_THAT(events_of("{\"a\":1}\nevent: error\nevent: error\ndata: {\"message\":\"busy\"}\n"),
              ElementsAre("{\"a\":1}", R"({"error":"it gave no reason"})", R"({"error":{"message":"busy"}})"));
  EXPECT_THAT(events_of("{\"a\":1}\nevent: x\ndata: {\"b\":2}\n"), ElementsAre("{\"a\":1}", "{\"b\":2}"));
}

TEST(EventParser, FindsABodyThatIsNoStreamButJson) {  // [LLM-15]
  for (auto type : {"text/event-stream", "application/json", ""}) {
    EXPECT_EQ(read_body({" \r\n", "{\"error\":", "{\"message\":\"busy\"}}\n"}, type).whole,
              R"({"error":{"message":"busy"}})");
    EXPECT_EQ(read_body({"[{\"error\":1}]"}, type).whole, "[{\"error\":1}]");
    EXPECT_EQ(read_body({"{\"a\":1}data: [DONE]\n\n"}, type).whole, "{\"a\":1}");
    EXPECT_EQ(read_body({"{\"a\":1}\n\ndata: [DONE]\n\n"}, type).whole, "{\"a\":1}");
    EXPECT_EQ(read_body({"{\"a\":\"" + std::string(20'000'000, '.') + "\"}"}, type).whole->size(), 20'000'008U);
  }
}

TEST(EventParser, TakesAValueBeforeACutOneForAnEvent) {  // [LLM-05] [LLM-15]
  EXPECT_THAT(events_of("{\"a\":1}\n{\"b\":"), ElementsAre("{\"a\":1}"));
  EXPECT_THAT(events_of("{\"a\":1}{"), ElementsAre("{\"a\":1}"));
  EXPECT_EQ(read_body({"{\"a\":1} \r\n"}).whole, "{\"a\":1}");
}

TEST(EventParser, FindsABodyThatIsNeither) {  // [LLM-15]
  EXPECT_EQ(read_body({"<html>", "busy</html>"}).whole, "<html>busy</html>");
  EXPECT_EQ(read_body({"{\"error\":{\"mess"}).whole, "{\"error\":{\"mess");
  EXPECT_EQ(read_body({}).whole, std::nullopt);
  EXPECT_EQ(read_body({"\n\n"}).whole, std::nullopt);
  EXPECT_EQ(read_body({"data: {}\n\n"}).whole, std::nullopt);
  EXPECT_EQ(read_body({": {}\n\n", "x"}).whole, std::nullopt);
}

TEST(EventParser, ShowsLinesAtOnceWhenTheServerAnnouncesThem) {  // [LLM-05]
  for (auto type : {"Application/X-NDJSON", "application/nd-json", "application/jsonl; charset=utf-8"}) {
    EventParser parser(type);
    EXPECT_THAT(parser.feed("{}\n{\"a\""), ElementsAre("{}"));
    EXPECT_THAT(parser.feed(":1}"), ElementsAre("{\"a\":1}"));
    EXPECT_THAT(parser.rest(), IsEmpty());
    EXPECT_EQ(parser.whole(), std::nullopt) << "its line was an event";
  }
}

}  // namespace
}  // namespace executus::llm
