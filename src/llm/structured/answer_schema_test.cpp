#include "llm/structured/answer_schema.hpp"

#include <gmock/gmock.h>

#include <executus/base/json.hpp>

#include "llm/answer/answer_reading.hpp"
#include "llm/told_model_test.hpp"

namespace executus::llm {
namespace json = boost::json;
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

json::object filled(std::string_view schema) { return with_fields_required(parse_json(schema).value().get_object()); }

TEST(FieldsRequired, OfAStructAreAll) {  // [LLM-27] [LLM-28]
  auto schema = with_fields_required(json_schema_of<Ticket>());

  EXPECT_EQ(schema.at("required"), (json::array{"title", "mood", "items", "note"}));
  EXPECT_EQ(schema.at("properties"), json_schema_of<Ticket>().at("properties"));
}

TEST(FieldsRequired, AreFoundWhereverSchemasAre) {
  auto schema = filled(R"({
    "$defs": {"a": {"properties": {"x": {"type": ["string", "null"]}}}},
    "anyOf": [{"items": {"properties": {"y": {"enum": [1, null]}}}}]})");

  EXPECT_EQ(schema.at("$defs").at("a").at("required"), json::array{"x"});
  EXPECT_EQ(schema.at("anyOf").at(0).at("items").at("required"), json::array{"y"});
}

TEST(FieldsRequired, AreNotThoseThatMayNotBeNull) {
  auto schema = filled(R"({"required": ["b"], "properties": {
    "a": {"type": "string"}, "b": {"type": "string"}, "c": {"$ref": "#/$defs/n"}, "d": true}, "$defs": {"n": {}}})");

  EXPECT_EQ(schema.at("required"), (json::array{"b", "d"}));
}

// {"a": null} fits both alternatives, and so not the whole; of the stricter ones it would fit one.
TEST(FieldsRequired, OfASchemaWithOneOfStayAsTheyAre) {
  std::string_view text = R"({"oneOf": [{"properties": {"a": {"type": "null"}}}, {"properties": {"b": {}}}]})";

  EXPECT_EQ(filled(text), parse_json(text).value().get_object());
}

TEST(FieldsRequired, AFieldMayBeCalledLikeAKeyword) {
  auto schema = filled(R"({"properties": {"properties": {"type": ["object", "null"]}, "required": {"type": "null"}}})");

  EXPECT_EQ(schema.at("required"), (json::array{"properties", "required"}));
  EXPECT_FALSE(schema.at("properties").as_object().contains("type"));
}

TEST(SchemaInstructions, HoldTheSchema) {  // [LLM-27]
  EXPECT_THAT(schema_instructions({{"type", "integer"}}), HasSubstr(R"({"type":"integer"})"));
}

TEST(RepairMessage, SaysWhatWasWrongAndTheSchemaWhenItIsGiven) {  // [LLM-27]
  std::vector<std::string> findings{"'/a': expected integer, got a string", "'/b': missing"};
  json::object schema{{"type", "object"}};

  EXPECT_THAT(repair_message(findings, &schema),
              AllOf(HasSubstr("- '/a': expected integer, got a string\n- '/b'"), HasSubstr(R"({"type":"object"})")));
  EXPECT_THAT(repair_message(findings, nullptr), AllOf(HasSubstr("'/b': missing"), Not(HasSubstr(R"("type")"))));
}

}  // namespace
}  // namespace executus::llm
