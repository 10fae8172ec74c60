#include <array>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>

#include "llm/anthropic/answer_schema.hpp"
#include "llm/google/answer_schema.hpp"
#include "llm/ollama/answer_schema.hpp"
#include "llm/openai/shared/strict_schema.hpp"
#include "llm/structured/schema_part.hpp"

namespace executus::llm {
namespace {

struct Row {
  std::string_view what, schema;
  bool openai, anthropic, google, ollama;
};

const Row kRows[] = {
    {"plain", R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"]})", true, true, true, true},
    {"optional", R"({"type":"object","properties":{"a":{"type":"string"}}})", false, true, true, true},
    {"nullable", R"({"type":"object","properties":{"a":{"type":["string","null"]}}})", true, true, true, true},
    {"nullable choice", R"({"type":"object","properties":{"a":{"type":["string","null"],"enum":["x",null]}}})", true,
     true, false, true},
    {"union",
     R"({"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"integer"}]}},"required":["a"]})", true,
     true, true, true},
    {"oneOf",
     R"({"type":"object","properties":{"a":{"oneOf":[{"type":"string"},{"type":"integer"}]}},"required":["a"]})", false,
     false, true, true},
    {"map", R"({"type":"object","additionalProperties":{"type":"string"}})", false, false, true, true},
    {"open map", R"({"type":"object","properties":{"a":{"type":"object"}},"required":["a"]})", false, false, true,
     true},
    {"recursion",
     R"({"type":"object","properties":{"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},"required":["next"]})", true,
     false, false, true},
    {"recursion below",
     R"({"type":"object","properties":{"a":{"$ref":"#/$defs/n"}},"required":["a"],"$defs":{"n":{"type":"object",
        "properties":{"n":{"type":"array","items":{"$ref":"#/$defs/n"}}},"required":["n"]}}})",
     true, false, false, true},
    {"reference", R"({"type":"object","properties":{"a":{"$ref":"#/$defs/n"},"b":{"$ref":"#/$defs/n"}},
        "required":["a","b"],"$defs":{"n":{"type":"string"}}})",
     true, true, true, true},
    {"reference with more", R"({"type":"object","properties":{"a":{"$ref":"#/$defs/n","description":"d"}},
        "required":["a"],"$defs":{"n":{"type":"string"}}})",
     false, false, false, false},
    {"length", R"({"type":"object","properties":{"a":{"type":"string","minLength":2}},"required":["a"]})", false, true,
     false, true},
    {"pattern", R"({"type":"object","properties":{"a":{"type":"string","pattern":"^a$"}},"required":["a"]})", true,
     false, false, false},
    {"format", R"({"type":"object","properties":{"a":{"type":"string","format":"color"}},"required":["a"]})", false,
     false, true, true},
    {"anything", R"({"type":"object","properties":{"a":{}},"required":["a"]})", false, false, false, false},
    {"condition", R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"if":{},"then":{}})", false,
     false, false, false},
    {"list", R"({"type":"array","items":{"type":"string"}})", false, false, false, false},
    {"choice at the root", R"({"type":"object","anyOf":[{"type":"object","properties":{"a":{"type":"string"}}}]})",
     false, false, false, false},
};

TEST(SchemaPart, IsThatOfEachVendor) {  // [API-08] [LLM-27]
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.what);
    auto schema = parse_json(row.schema).value().as_object();
    EXPECT_EQ(openai::strict_schema(schema).has_value(), row.openai) << "openai";
    EXPECT_EQ(anthropic::takes_schema(schema), row.anthropic) << "anthropic";
    EXPECT_EQ(google::takes_schema(schema), row.google) << "google";
    EXPECT_EQ(ollama::takes_schema(schema), row.ollama) << "ollama";
  }
}

boost::json::object with_properties(int count, std::string_view each) {
  boost::json::object properties;
  for (int i = 0; i < count; ++i) properties["p" + std::to_string(i)] = parse_json(each).value();
  return {{"type", "object"}, {"properties", std::move(properties)}};
}

TEST(SchemaPart, OfAnthropicHasItsCounts) {  // [API-08]
  EXPECT_TRUE(anthropic::takes_schema(with_properties(24, R"({"type":"string"})")));
  EXPECT_FALSE(anthropic::takes_schema(with_properties(25, R"({"type":"string"})")));
  EXPECT_TRUE(anthropic::takes_schema(with_properties(16, R"({"type":["string","null"]})")));
  EXPECT_FALSE(anthropic::takes_schema(with_properties(17, R"({"type":["string","null"]})")));
}

}  // namespace
}  // namespace executus::llm
