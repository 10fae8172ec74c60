#include "llm/anthropic/answer_schema.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace executus::llm::anthropic {
namespace {

namespace json = boost::json;

json::value sent_schema(std::string_view schema) { return output_format(json::parse(schema).as_object()).at("schema"); }

TEST(AnthropicSchema, GoesAsItIsWhenTheApiTakesAllOfIt) {  // [LLM-27]
  constexpr std::string_view schema =
      R"({"type":"object","properties":{"kind":{"enum":["a","b"],"description":"d"},"n":{"anyOf":[{"type":"integer"},)"
      R"({"type":"null"}]},"all":{"type":"array","items":{"$ref":"#/$defs/x"}}},"required":["kind","n","all"],)"
      R"("additionalProperties":false,"$defs":{"x":{"type":"string","format":"date"}}})";

  EXPECT_EQ(sent_schema(schema), json::parse(schema));
  EXPECT_EQ(output_format({}).at("type"), "json_schema");
}

TEST(AnthropicSchema, LosesWhatTheApiRefuses) {  // [LLM-27]
  EXPECT_EQ(sent_schema(R"({"type":"array","minItems":2,"items":{"anyOf":[{"type":"integer","minimum":0,"maximum":9},)"
                        R"({"type":"string","maxLength":3}]}})"),
            json::parse(R"({"type":"array","items":{"anyOf":[{"type":"integer"},{"type":"string"}]}})"));
}

TEST(AnthropicSchema, KeepsFieldsAndValuesThatAreNamedLikeKeywords) {
  constexpr std::string_view schema =
      R"({"type":"object","properties":{"minimum":{"const":{"type":"object","maximum":1}}},"additionalProperties":false})";

  EXPECT_EQ(sent_schema(schema), json::parse(schema));
}

TEST(AnthropicSchema, ClosesAllObjects) {
  EXPECT_EQ(sent_schema(R"({"type":"object","properties":{"a":{"type":"object","additionalProperties":true}}})"),
            json::parse(R"({"type":"object","properties":{"a":{"type":"object","additionalProperties":false}},)"
                        R"("additionalProperties":false})"));
}

}  // namespace
}  // namespace executus::llm::anthropic
