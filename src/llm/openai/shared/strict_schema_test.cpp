#include "llm/openai/shared/strict_schema.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <executus/base/described.hpp>

#include "llm/told_model_test.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

json::object schema_of(std::string_view text) { return json::parse(text).as_object(); }

// An object with one field, which is closed and required already.
json::object with_field(std::string_view field) {
  return {{"type", "object"},
          {"properties", json::object{{"a", json::parse(field)}}},
          {"required", json::array{"a"}},
          {"additionalProperties", false}};
}

void expect_untouched(std::string_view field) {
  EXPECT_EQ(strict_schema(with_field(field)), with_field(field)) << field;
}

void expect_not_strict(std::string_view field) { EXPECT_FALSE(strict_schema(with_field(field))) << field; }

TEST(StrictSchema, OfAStructIsItsOwn) {  // [LLM-27] [LLM-28]
  auto schema = json_schema_of<Ticket>();

  auto strict = strict_schema(schema);

  ASSERT_TRUE(strict);
  EXPECT_EQ(strict->at("properties"), schema.at("properties"));
  EXPECT_EQ(strict->at("required"), (json::array{"title", "mood", "items", "note"}));
}

TEST(StrictSchema, ClosesObjectsWhereverTheyAre) {  // [LLM-27]
  constexpr std::string_view open = R"({"type":"object","properties":{"x":{"type":"integer"}},"required":["x"]})";
  auto closed = schema_of(open);
  closed["additionalProperties"] = false;
  for (std::string place : {R"(?)", R"({"type":"array","items":?})", R"({"anyOf":[?,{"type":"null"}]})"}) {
    auto before = place, after = place;
    before.replace(before.find('?'), 1, open);
    after.replace(after.find('?'), 1, json::serialize(closed));

    EXPECT_EQ(strict_schema(with_field(before)), with_field(after));
  }
  auto root = with_field(R"({"$ref":"#/$defs/t"})");
  root["$defs"] = json::object{{"t", schema_of(open)}};
  EXPECT_EQ(strict_schema(root).value().at("$defs").at("t"), closed);
}

TEST(StrictSchema, RequiresFieldsThatMayBeNull) {  // [LLM-27]
  auto strict = strict_schema(schema_of(R"({"type":"object","properties":{"a":{"type":["string","null"]}}})"));

  EXPECT_EQ(strict.value().at("required"), json::array{"a"});
}

TEST(StrictSchema, LeavesOutWhatSaysNothingOfValues) {  // [LLM-27]
  auto schema = with_field(R"({"type":"string","default":"x","$comment":"y"})");
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";

  EXPECT_EQ(strict_schema(schema), with_field(R"({"type":"string"})"));
}

TEST(StrictSchema, KeepsWhatOpenAiKnows) {  // [LLM-27]
  expect_untouched(R"({"type":"string","pattern":"^@[a-z]+$","format":"email","title":"A","description":"d"})");
  expect_untouched(R"({"type":"array","items":{"type":"number","minimum":0,"multipleOf":2},"minItems":1})");
  expect_untouched(R"({"type":["string","null"],"enum":["x",null]})");
  expect_untouched(R"({"$ref":"#"})");
  expect_untouched(R"({"type":"object","properties":{},"required":[],"additionalProperties":false})");
  auto keyword = schema_of(R"({"type":"object","properties":{"default":{"type":"string"},"allOf":{"type":"string"}},
                               "required":["default","allOf"],"additionalProperties":false})");
  EXPECT_EQ(strict_schema(keyword), keyword) << "names of fields";
}

TEST(StrictSchema, IsNoneWithFieldsThatMayBeLeftOutButNotBeNull) {  // [LLM-27]
  EXPECT_FALSE(strict_schema(
      schema_of(R"({"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false})")));
}

TEST(StrictSchema, IsNoneWithObjectsThatAreOpenOnPurpose) {  // [LLM-27]
  expect_not_strict(R"({"type":"object"})");
  expect_not_strict(R"({"type":"object","properties":{}})");
  expect_not_strict(R"({"type":"object","additionalProperties":{"type":"string"}})");
  expect_not_strict(R"({"type":"object","properties":{"x":{"type":"null"}},"additionalProperties":true})");
}

TEST(StrictSchema, IsNoneWithKeywordsThatOpenAiRefuses) {  // [LLM-27]
  expect_not_strict(R"({"type":"string","allOf":[{"type":"string"}]})");
  expect_not_strict(R"({"type":"string","not":{"const":"x"}})");
  expect_not_strict(R"({"oneOf":[{"type":"string"}]})");
  expect_not_strict(R"({"type":"string","minLength":2})");
  expect_not_strict(R"({"type":"string","format":"uri"})");
  expect_not_strict(R"({"type":"string","pattern":"^(?!x)[a-z]"})");
  expect_not_strict(R"({"$ref":"#","description":"d"})");
  expect_not_strict(R"({"type":"string","anyOf":[{"type":"string"}]})");
  expect_not_strict(
      R"({"type":"object","properties":{"x":{"type":"null"}},"patternProperties":{"^x":{"type":"null"}}})");
  expect_not_strict(R"({"type":"object","properties":{"x":{"type":"null"}},"required":["x","y"]})");
}

TEST(StrictSchema, IsNoneWhereAnythingGoes) {  // [LLM-27]
  expect_not_strict("{}");
  expect_not_strict("true");
  expect_not_strict(R"({"enum":["x"]})");
  expect_not_strict(R"({"type":"array"})");
  expect_not_strict(R"({"type":"array","items":[{"type":"null"}]})");
  expect_not_strict(R"({"anyOf":[{"type":"string"},{}]})");
}

TEST(StrictSchema, HasAnObjectAtItsRoot) {  // [LLM-27]
  EXPECT_FALSE(strict_schema(schema_of(R"({"type":"array","items":{"type":"string"}})")));
  EXPECT_FALSE(strict_schema(schema_of(R"({"anyOf":[{"type":"string"}]})")));
  EXPECT_FALSE(strict_schema(schema_of(R"({"type":["object","null"],"properties":{"x":{"type":"null"}}})")));
}

TEST(SentSchema, IsTheCallersWhereItIsNotStrict) {  // [LLM-27]
  json::object any{{"type", "object"}, {"default", nullptr}};

  EXPECT_EQ(sent_schema({"verdict", any}), (json::object{{"name", "verdict"}, {"strict", false}, {"schema", any}}));
}

}  // namespace
}  // namespace executus::llm::openai
