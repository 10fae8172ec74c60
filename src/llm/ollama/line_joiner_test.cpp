#include "llm/ollama/line_joiner.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>

namespace executus::llm::ollama {
namespace {

namespace json = boost::json;

// "..." a value, "more" when it goes on, or the error's code.
std::string added(LineJoiner& lines, std::string_view line) {
  auto value = lines.add(line);
  if (!value) return value.error().code();
  return *value ? write_json(**value) : "more";
}

TEST(LineJoiner, ReadsOneValueALine) {
  LineJoiner lines;

  EXPECT_EQ(added(lines, R"({"a":1})"), R"({"a":1})");
  EXPECT_FALSE(lines.pending());
  EXPECT_EQ(added(lines, R"([2])"), "[2]");
}

TEST(LineJoiner, ReadsAValueOverManyLines) {
  LineJoiner lines;

  EXPECT_EQ(added(lines, "{"), "more");
  EXPECT_TRUE(lines.pending());
  EXPECT_EQ(added(lines, R"("a": [1.5,)"), "more");
  EXPECT_EQ(added(lines, R"({"b": "}"}])"), "more");
  EXPECT_EQ(added(lines, "}"), R"({"a":[1.5,{"b":"}"}]})");
  EXPECT_FALSE(lines.pending());
  EXPECT_EQ(added(lines, R"({"next":1})"), R"({"next":1})");
}

TEST(LineJoiner, ReadsAStringThatHoldsLineBreaks) {
  LineJoiner lines;

  EXPECT_EQ(added(lines, R"({"a":"x)"), "more");
  EXPECT_EQ(added(lines, "y\tz"), "more");
  EXPECT_EQ(added(lines, R"("})"), R"({"a":"x\ny\tz\n"})");
}

TEST(LineJoiner, RefusesWhatNoLineCanMend) {
  LineJoiner lines;

  EXPECT_EQ(added(lines, "<html>"), "json.malformed");
  EXPECT_EQ(added(lines, R"({"a":1} x)"), "json.malformed");
  EXPECT_FALSE(lines.pending());
}

TEST(LineJoiner, RefusesALineThatDoesNotGoOnWithTheLast) {
  LineJoiner lines;

  EXPECT_EQ(added(lines, R"({"a":{)"), "more");
  EXPECT_EQ(added(lines, R"({"a":{}})"), "json.malformed");
  EXPECT_FALSE(lines.pending());
}

// What was cut off there is not put together with a line of its own.
TEST(LineJoiner, RefusesALineThatDoesNotGoOnWithAString) {
  LineJoiner lines;

  EXPECT_EQ(added(lines, R"({"text":"cut)"), "more");
  EXPECT_EQ(added(lines, R"({"text":"off"})"), "json.malformed");
}

TEST(LineJoiner, RefusesWhatIsNestedTooDeep) {
  LineJoiner lines;

  EXPECT_EQ(added(lines, std::string(200, '[')), "json.malformed");
}

}  // namespace
}  // namespace executus::llm::ollama
