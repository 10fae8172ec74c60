#include "llm/tool_schema/tool_schema.hpp"

#include <array>
#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

namespace executus::llm {
namespace {

namespace json = boost::json;

using Rules = ToolSchemaRules;

constexpr std::array<std::string_view, 5> kFew{"type", "properties", "enum", "items", "description"};
constexpr Rules kAll{};
constexpr Rules kInlined{.refs = Rules::Refs::inlined};
constexpr Rules kPlainNames{.names = Rules::Names::plain};
constexpr Rules kFewKeywords{
    .keywords = kFew, .refs = Rules::Refs::inlined, .choices = Rules::Choices::texts_and_numbers};

json::object schema_of(std::string_view text) { return parse_json(text).value().as_object(); }

// The lowered schema of the only property.
json::value lowered_property(std::string_view property, const Rules& rules) {
  json::object schema{{"type", "object"}, {"properties", json::object{{"a", parse_json(property).value()}}}};
  return lowered(schema, rules).at("properties").at("a");
}

void expect_property(std::string_view property, const Rules& rules, std::string_view expected) {
  EXPECT_EQ(lowered_property(property, rules), parse_json(expected).value()) << property;
}

void expect_root(std::string_view schema, std::string_view expected, const Rules& rules = kAll) {
  EXPECT_EQ(lowered(schema_of(schema), rules), schema_of(expected)) << schema;
}

TEST(ToolSchema, OfAToolWithoutArgumentsIsAnObject) {
  for (std::string_view schema :
       {"{}", R"({"type":"object"})", R"({"type":["object","null"]})", R"({"properties":{}})"})
    expect_root(schema, R"({"type":"object","properties":{}})");
}

TEST(ToolSchema, ThatIsTakenStaysAsItIs) {
  constexpr std::string_view schema = R"({"type":"object","properties":{
      "a":{"type":["string","null"],"enum":["x",null],"default":null,"description":"d"},
      "b":{"oneOf":[{"$ref":"#/$defs/n"},{"not":{"type":"number"}}]},
      "c":{"type":"array","items":{"type":"integer","minimum":0},"maxItems":3}},
    "required":["a"],"additionalProperties":false,"$defs":{"n":{"type":"number"}}})";
  expect_root(schema, schema);
  EXPECT_EQ(write_json(json::value(lowered(schema_of(schema), kAll))), write_json(json::value(schema_of(schema))));
}

TEST(ToolSchema, IsOneObjectWhereTheRootIsAChoice) {
  expect_root(R"({"type":"object","anyOf":[
      {"properties":{"text":{"type":"string"},"to":{"type":"string"}},"required":["text","to"]},
      {"properties":{"url":{"type":"string"},"to":{"type":"integer"}},"required":["url","to"]}]})",
              R"({"type":"object","properties":{"text":{"type":"string"},
      "to":{"anyOf":[{"type":"string"},{"type":"integer"}]},"url":{"type":"string"}},"required":["to"]})");
  expect_root(R"({"type":"object","properties":{"b":{}},"required":["b"],"allOf":[
      {"properties":{"a":{"type":"string"}},"required":["a"]},{"$ref":"#/$defs/c"}],
      "$defs":{"c":{"required":["c"]}},"not":{"required":["z"]}})",
              R"({"type":"object","properties":{"b":{},"a":{"type":"string"}},"required":["b","a","c"],
      "$defs":{"c":{"required":["c"]}}})");
  expect_root(R"({"$ref":"#/$defs/all","$defs":{"all":{"type":"object","properties":{"a":{"type":"string"}}}}})",
              R"({"type":"object","properties":{"a":{"type":"string"}},
      "$defs":{"all":{"type":"object","properties":{"a":{"type":"string"}}}}})");
}

TEST(ToolSchema, HasTodaysWords) {
  expect_property(R"({"type":"array","items":[{"type":"string"}],"additionalItems":false})", kAll,
                  R"({"type":"array","prefixItems":[{"type":"string"}],"items":{}})");
  expect_property(R"({"type":"string","nullable":true})", kAll, R"({"type":["string","null"]})");
  expect_property(R"({"type":"object","dependencies":{"a":["b"],"c":{"required":["d"]}}})", kAll,
                  R"({"type":"object","dependentRequired":{"a":["b"]},"dependentSchemas":{"c":{"required":["d"]}}})");
}

TEST(ToolSchema, SaysWhatTheItemsOfEveryArrayAre) {
  expect_property(R"({"type":"array"})", kAll, R"({"type":"array","items":{}})");
  expect_property(R"({"type":["null","array"]})", kAll, R"({"type":["null","array"],"items":{}})");
}

TEST(ToolSchema, LeavesOutWhatIsForOthersThanTheModel) {
  expect_root(R"({"$schema":"http://json-schema.org/draft-07/schema#","$id":"https://x.example/y","type":"object",
      "properties":{"$id":{"type":"string","x-mcp-header":"Id","$comment":"c","examples":["e"]}}})",
              R"({"type":"object","properties":{"$id":{"type":"string"}}})");
}

TEST(ToolSchema, HasNoReferencesWhereTheyAreRefused) {
  expect_root(R"({"type":"object","properties":{"a":{"$ref":"#/$defs/n","description":"of a"},
      "b":{"type":"array","items":{"$ref":"#/properties/c"}},"c":{"type":"string"},"d":{"$ref":"#/$defs/n","minLength":2}},
      "$defs":{"n":{"type":"string","description":"of n"}}})",
              R"({"type":"object","properties":{"a":{"type":"string","description":"of a"},
      "b":{"type":"array","items":{"type":"string"}},"c":{"type":"string"},
      "d":{"type":"string","description":"of n"}}})",
              kInlined);
}

TEST(ToolSchema, GoesOneRoundWhereItContainsItself) {
  expect_root(R"({"type":"object","properties":{"tree":{"$ref":"#/$defs/n"}},
      "$defs":{"n":{"type":"object","description":"a node","properties":{"next":{"$ref":"#/$defs/n"}}}}})",
              R"({"type":"object","properties":{"tree":{"type":"object","description":"a node","properties":{
      "next":{"description":"a node"}}}}})",
              kInlined);
}

TEST(ToolSchema, IsBoundedWhereReferencesMultiply) {
  json::object defs;
  for (int i = 0; i < 30; ++i) {
    json::object next{{"$ref", "#/$defs/n" + std::to_string(i + 1)}};
    defs["n" + std::to_string(i)] = json::object{{"type", "object"}, {"properties", {{"l", next}, {"r", next}}}};
  }
  defs["n30"] = json::object{{"type", "string"}};
  json::object schema{{"type", "object"}, {"properties", {{"a", {{"$ref", "#/$defs/n0"}}}}}, {"$defs", defs}};

  EXPECT_LT(write_json(json::value(lowered(schema, kInlined))).size(), 500'000U);
}

TEST(ToolSchema, InlinesReferencesThatWouldLeadNowhere) {
  expect_root(R"({"type":"object","properties":{"b":{"$ref":"#/anyOf/0/properties/a"}},
      "anyOf":[{"properties":{"a":{"type":"string"}}}]})",
              R"({"type":"object","properties":{"b":{"type":"string"},"a":{"type":"string"}}})");
}

TEST(ToolSchema, TakesKeywordsOfTheListAlone) {
  expect_property(R"({"type":"string","minLength":2,"format":"email","title":"T"})", kFewKeywords,
                  R"({"type":"string"})");
  expect_property(R"({"const":"x"})", kFewKeywords, R"({"enum":["x"]})");
  expect_property(R"({"enum":["x",null],"description":"d"})", kFewKeywords,
                  R"({"description":"d\nOne of [\"x\",null]."})");
}

TEST(ToolSchema, NamesPropertiesThatCannotBeNamed) {
  expect_root(R"({"type":"object","properties":{"a":{"type":"string"},"größe":{"type":"string"}},
      "required":["größe","a"],"additionalProperties":false})",
              R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"],
      "description":"It also takes the properties \"größe\"."})",
              kPlainNames);
}

TEST(ToolSchema, IsNeverStricterThanTheOriginal) {
  expect_property(R"({"not":{"type":"string","minLength":2}})", kFewKeywords, "{}");
  constexpr std::array<std::string_view, 3> kChoice{"type", "oneOf", "properties"};
  const Rules choice{.keywords = kChoice};
  expect_property(R"({"oneOf":[{"type":"string","minLength":2},{"type":"string","maxLength":1}]})", choice,
                  R"({"anyOf":[{"type":"string"},{"type":"string"}]})");
  constexpr std::array<std::string_view, 3> kClosed{"type", "properties", "additionalProperties"};
  const Rules closed{.keywords = kClosed};
  expect_property(R"({"type":"object","patternProperties":{"^a":{}},"additionalProperties":false})", closed,
                  R"({"type":"object"})");
  constexpr std::array<std::string_view, 4> kItems{"type", "properties", "items", "maxContains"};
  const Rules items{.keywords = kItems};
  expect_property(R"({"type":"array","prefixItems":[{"type":"string"}],"items":{"type":"integer"}})", items,
                  R"({"type":"array","items":{}})");
}

TEST(ToolSchema, TakesAnythingBelow64Levels) {
  std::string deep = R"({"type":"object","properties":{"a":)";
  for (int i = 0; i < 90; ++i) deep += R"({"items":)";
  deep += R"({"type":"string","description":"below"})" + std::string(90, '}') + "}}";

  auto text = write_json(json::value(lowered(schema_of(deep), kAll)));

  EXPECT_EQ(text.find("below"), std::string::npos);
  EXPECT_NE(text.find(std::string(R"({"items":{"items":)")), std::string::npos);
}

}  // namespace
}  // namespace executus::llm
