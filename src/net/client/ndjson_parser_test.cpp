#include "net/client/ndjson_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/error.hpp>

namespace executus::net {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kLines = "{\"a\":1}\r\n\n{\"b\":\"\xc3\xa9\"}\n{\"c\":3}";

std::vector<std::string> read_in_two(std::size_t cut) {
  NdjsonParser parser;
  auto lines = parser.feed(kLines.substr(0, cut));
  for (auto& line : parser.feed(kLines.substr(cut))) lines.push_back(std::move(line));
  for (auto& line : parser.finish()) lines.push_back(std::move(line));
  return lines;
}

TEST(NdjsonParser, GivesTheSameLinesWhereverTheBytesAreCut) {  // [LLM-05]
  for (std::size_t cut = 0; cut <= kLines.size(); ++cut)
    EXPECT_THAT(read_in_two(cut), ElementsAre("{\"a\":1}", "{\"b\":\"\xc3\xa9\"}", "{\"c\":3}")) << cut;
}

TEST(NdjsonParser, HoldsALineBackUntilItEnds) {
  NdjsonParser parser;
  EXPECT_THAT(parser.feed("{\"a\""), IsEmpty());
  EXPECT_THAT(parser.feed(":1}\n"), ElementsAre("{\"a\":1}"));
  EXPECT_THAT(parser.finish(), IsEmpty());
}

TEST(NdjsonParser, RefusesALineThatNeverEnds) {
  NdjsonParser parser(8);
  EXPECT_THAT(parser.feed("12345678"), IsEmpty());
  EXPECT_THROW((void)parser.feed("9"), Error);
}

}  // namespace
}  // namespace executus::net
