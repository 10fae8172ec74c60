#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/error.hpp>
#include <executus/net/client/sse_parser.hpp>

namespace executus::net {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<SseEvent> events_of(std::string_view text) { return SseParser().feed(text); }

constexpr std::string_view kDocument =
    "\xEF\xBB\xBF: a comment\r\n"
    "event: add\r\ndata: first\r\ndata:second\r\ndata:  third\r\nid: 7\r\n\r\n"
    "data\r\r"
    "retry: 100\nunknown: x\ndata: \xC3\xA9: x\n\n"
    "id\ndata: last\r\n\n";

std::vector<SseEvent> document_events() {
  return {{"add", "first\nsecond\n third", "7"},
          {"message", "", "7"},
          {"message", "\xC3\xA9: x", "7"},
          {"message", "last", ""}};
}

TEST(SseParser, ReadsEveryKindOfLine) { EXPECT_EQ(events_of(kDocument), document_events()); }

TEST(SseParser, DoesNotCareWhereTheBytesAreCut) {
  for (std::size_t cut = 0; cut <= kDocument.size(); ++cut) {
    SseParser parser;
    std::vector<SseEvent> events = parser.feed(kDocument.substr(0, cut));
    for (auto& event : parser.feed(kDocument.substr(cut))) events.push_back(event);
    EXPECT_EQ(events, document_events()) << "cut at " << cut;
    EXPECT_THAT(parser.finish(), IsEmpty()) << "cut at " << cut;
  }
}

TEST(SseParser, ReadsBytesOneByOne) {
  SseParser parser;
  std::vector<SseEvent> events;
  for (std::size_t i = 0; i < kDocument.size(); ++i)
    for (auto& event : parser.feed(kDocument.substr(i, 1))) events.push_back(event);
  EXPECT_EQ(events, document_events());
}

TEST(SseParser, GivesAnEventAtItsBlankLineAndNotLater) {
  SseParser parser;
  EXPECT_THAT(parser.feed("data: x\r\n"), IsEmpty());
  EXPECT_THAT(parser.feed("\r"), ElementsAre(SseEvent{"message", "x", ""}));
  EXPECT_THAT(parser.feed("\ndata: y\n\n"), ElementsAre(SseEvent{"message", "y", ""})) << "the \\n belonged to the \\r";
}

TEST(SseParser, DropsAnEventWithoutDataAndForgetsItsName) {
  EXPECT_THAT(events_of("event: ping\n\ndata: x\n\n"), ElementsAre(SseEvent{"message", "x", ""}));
}

TEST(SseParser, IgnoresAnIdWithANul) {
  EXPECT_THAT(events_of(std::string_view("id: a\nid: b\0c\ndata: x\n\n", 23)),
              ElementsAre(SseEvent{"message", "x", "a"}));
}

TEST(SseParser, TakesAMarkOnlyAtTheStart) {
  EXPECT_THAT(events_of("data: a\n\n\xEF\xBB\xBF"
                        "data: b\n\n"),
              ElementsAre(SseEvent{"message", "a", ""}));
}

TEST(SseParser, TakesALastEventWithoutItsBlankLine) {
  for (std::string_view text : {"data: x", "data: x\n", "data: x\r", "event: message\ndata: x"}) {
    SseParser parser;
    EXPECT_THAT(parser.feed(text), IsEmpty());
    EXPECT_THAT(parser.finish(), ElementsAre(SseEvent{"message", "x", ""})) << text;
    EXPECT_THAT(parser.finish(), IsEmpty()) << "once";
  }
  for (std::string_view text : {"", "event: x\n", "d", "data: a\n\n", ": x"}) {
    SseParser parser;
    static_cast<void>(parser.feed(text));
    EXPECT_THAT(parser.finish(), IsEmpty()) << text;
  }
}

TEST(SseParser, TellsWhetherALineMayBeOneOfEvents) {
  for (std::string_view text : {"data: x\n", ": x\n", "retry: 1\n", "event: x\n"}) {
    SseParser parser;
    static_cast<void>(parser.feed(text));
    EXPECT_TRUE(parser.saw_field()) << text;
  }
  SseParser parser;
  static_cast<void>(parser.feed("<html>\nhello: you\n"));
  EXPECT_FALSE(parser.saw_field());
}

TEST(SseParser, KnowsWhereAReaderGoesOn) {
  SseParser parser;
  EXPECT_EQ(parser.last_id(), "");
  static_cast<void>(parser.feed("id: 1\ndata: x\n\nid: 2\ndata: cut"));
  EXPECT_EQ(parser.last_id(), "1") << "the event of id 2 is not whole";
  static_cast<void>(parser.feed("\n\nid: 3\ndata:\n\n"));
  EXPECT_EQ(parser.last_id(), "3");
  static_cast<void>(parser.feed("id: 4\n\n"));
  EXPECT_EQ(parser.last_id(), "4") << "an id alone is a position too";
  static_cast<void>(parser.feed("data: y\n\nid\n\n"));
  EXPECT_EQ(parser.last_id(), "") << "taken back";
}

TEST(SseParser, KnowsHowLongAReaderWaits) {
  SseParser parser;
  EXPECT_EQ(parser.retry(), std::nullopt);
  for (std::string_view bad : {"retry: -1\n", "retry: 1.5\n", "retry: 5s\n", "retry:\n", "retry: 2147483648\n"}) {
    static_cast<void>(parser.feed(bad));
    EXPECT_EQ(parser.retry(), std::nullopt) << bad;
  }
  static_cast<void>(parser.feed("retry: 500\n"));
  EXPECT_EQ(parser.retry(), Milliseconds(500)) << "without an event";
  static_cast<void>(parser.feed("retry: 0\nretry: x\n"));
  EXPECT_EQ(parser.retry(), Milliseconds(0));
}

TEST(SseParser, ReadsLenientlyWhatServersOfModelsLeaveOut) {
  const std::string_view text =
      "event: a\ndata: {\"x\":1}\nevent: b\ndata: [2]\ndata: {\ndata: }\n{\"error\":3}\nerror: no\n";
  auto named = [](const char* name, const char* data) { return SseEvent{name, data, ""}; };
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    SseParser parser(1000, SseParser::Reading::lenient);
    auto events = parser.feed(text.substr(0, cut));
    for (auto& event : parser.feed(text.substr(cut))) events.push_back(event);
    EXPECT_THAT(events, ElementsAre(named("a", "{\"x\":1}"), named("b", "[2]"), named("message", "{\n}"),
                                    named("message", "{\"error\":3}"), named("error", "no")));
  }
  EXPECT_EQ(events_of("data: {}\ndata: {}\n\n").size(), 1u) << "by the standard that is one event";
}

TEST(SseParser, ReadsLenientlyThatAnErrorNeedsNoData) {  // [LLM-15]
  const std::string_view text = "event: error\n\nevent: x\n\nevent: error\n{\"a\":1}\ndata: {}\n\nevent: error\n";
  auto named = [](const char* name, const char* data) { return SseEvent{name, data, ""}; };
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    SseParser parser(1000, SseParser::Reading::lenient);
    auto events = parser.feed(text.substr(0, cut));
    for (auto& event : parser.feed(text.substr(cut))) events.push_back(event);
    for (auto& event : parser.finish()) events.push_back(event);
    EXPECT_THAT(events, ElementsAre(named("error", ""), named("error", "{\"a\":1}"), named("message", "{}"),
                                    named("error", "")));
  }
  EXPECT_THAT(events_of("event: error\n\n"), IsEmpty()) << "by the standard that is no event";
}

TEST(SseParser, RefusesAnEventThatIsTooLarge) {
  std::string line = "data: " + std::string(40, 'x') + "\n";
  SseParser one_long_line(30);
  EXPECT_THROW(static_cast<void>(one_long_line.feed(line)), Error);

  SseParser many_lines(100);
  EXPECT_THROW(for (int i = 0; i < 4; ++i) static_cast<void>(many_lines.feed(line)), Error);

  SseParser many_events(100);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(many_events.feed(line + "\n").size(), 1u);
}

}  // namespace
}  // namespace executus::net
