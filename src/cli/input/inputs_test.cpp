#include "cli/input/inputs.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <executus/base/error.hpp>

namespace executus::cli {
namespace {

namespace json = boost::json;

const json::object kSchema{{"type", "object"},
                           {"properties", json::object{{"count", json::object{{"type", "integer"}}},
                                                       {"name", json::object{{"type", "string"}}}}}};

TEST(Inputs, AreTextUnlessDeclaredOtherwise) {
  auto inputs = parse_inputs({"count=3", "name=3", "other=a=b"}, kSchema);

  EXPECT_EQ(inputs.at("count"), json::value(3));
  EXPECT_EQ(inputs.at("name"), json::value("3"));
  EXPECT_EQ(inputs.at("other"), json::value("a=b"));
}

json::value input_of(const char* declared, const std::string& given) {
  json::object schema{{"properties", json::object{{"n", json::parse(declared)}}},
                      {"$defs", json::object{{"count", json::object{{"type", "integer"}}}}},
                      {"required", json::array{"n", "m"}}};
  return parse_inputs({"n=" + given}, schema).at("n");
}

TEST(Inputs, AreWhatFitsTheSchemaAsJsonElseText) {
  EXPECT_EQ(input_of(R"({"type":["integer","null"]})", "5"), json::value(5));
  EXPECT_EQ(input_of(R"({"type":["integer","null"]})", "null"), json::value(nullptr));
  EXPECT_EQ(input_of(R"({"anyOf":[{"$ref":"#/$defs/count"},{"type":"null"}]})", "5"), json::value(5));
  EXPECT_EQ(input_of(R"({"oneOf":[{"type":"boolean"},{"type":"array"}]})", "true"), json::value(true));
  EXPECT_EQ(input_of(R"({"enum":[1,2]})", "2"), json::value(2));
  EXPECT_EQ(input_of(R"({"enum":["1","2"]})", "2"), json::value("2"));
  EXPECT_EQ(input_of(R"({"type":["boolean","string"]})", "yes"), json::value("yes"));
  EXPECT_EQ(input_of(R"({"type":["boolean","string"]})", "true"), json::value(true));
  EXPECT_EQ(input_of(R"({"type":"string"})", "\"a\""), json::value("\"a\""));
  EXPECT_EQ(input_of(R"({"enum":["a"]})", "\"a\""), json::value("a"));
  EXPECT_EQ(input_of(R"({"type":"string","nullable":true})", "null"), json::value(nullptr));
  EXPECT_EQ(input_of(R"({"description":"any"})", "5"), json::value("5"));
}

TEST(Inputs, RefuseWhatIsNoInput) {
  for (const char* bad : {"count", "=3", "count=three"}) EXPECT_THROW((void)parse_inputs({bad}, kSchema), Error) << bad;
  EXPECT_THROW((void)parse_inputs({"a=1", "a=2"}, kSchema), Error);
}

}  // namespace
}  // namespace executus::cli
