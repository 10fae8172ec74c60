#include "llm/event_parser.hpp"

#include <gmock/gmock.h>

namespace executus::llm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Of a body that came in these pieces.
std::optional<std::string> whole_of(const std::vector<std::string>& pieces) {
  EventParser parser;
  EXPECT_TRUE(parser.choose("text/event-stream; charset=utf-8"));
  for (const auto& piece : pieces) (void)parser.feed(piece);
  (void)parser.rest();
  return parser.whole();
}

TEST(EventParser, FindsABodyThatIsNoStreamButJson) {  // [LLM-15]
  EXPECT_EQ(whole_of({" \r\n", "{\"error\":", "{\"message\":\"busy\"}}\n"}),
            " \r\n{\"error\":{\"message\":\"busy\"}}\n");
  EXPECT_EQ(whole_of({"[{\"error\":1}]"}), "[{\"error\":1}]");
}

TEST(EventParser, TakesNothingElseForJson) {  // [LLM-05]
  EXPECT_EQ(whole_of({}), std::nullopt);
  EXPECT_EQ(whole_of({"\n\n"}), std::nullopt);
  EXPECT_EQ(whole_of({": {}\n\n", "{}"}), std::nullopt);
  EXPECT_EQ(whole_of({"data: {}\n\n"}), std::nullopt);
  EXPECT_EQ(whole_of({"{\"error\":{\"mess"}), std::nullopt) << "it broke off";
  EXPECT_EQ(whole_of({"\"" + std::string(2'000'000, '.') + "\""}), std::nullopt);
  EXPECT_EQ(whole_of({"[\"" + std::string(2'000'000, '.') + "\"]"}), std::nullopt) << "no error is that long";
}

TEST(EventParser, SplitsLinesWhenTheyAreWhatTheServerSends) {  // [LLM-05]
  EventParser parser;

  ASSERT_TRUE(parser.choose("Application/X-NDJSON"));
  EXPECT_THAT(parser.feed("{}\n{\"a\""), ElementsAre("{}"));
  EXPECT_THAT(parser.feed(":1}"), IsEmpty());
  EXPECT_THAT(parser.rest(), ElementsAre("{\"a\":1}"));
  EXPECT_EQ(parser.whole(), std::nullopt) << "its line was an event";
}

}  // namespace
}  // namespace executus::llm
