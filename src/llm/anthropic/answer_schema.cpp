#include "llm/anthropic/answer_schema.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

#include <executus/llm/kit/wire.hpp>

#include "llm/structured/schema_part.hpp"

namespace executus::llm::anthropic {
namespace {

namespace json = boost::json;

// platform.claude.com/docs/en/build-with-claude/structured-outputs, "JSON Schema limitations".
bool is_refused(std::string_view keyword) {
  constexpr std::array<std::string_view, 14> refused{
      "minimum",  "maximum",  "exclusiveMinimum", "exclusiveMaximum", "multipleOf",    "minLength",   "maxLength",
      "minItems", "maxItems", "uniqueItems",      "minProperties",    "maxProperties", "minContains", "maxContains"};
  return std::find(refused.begin(), refused.end(), keyword) != refused.end();
}

// The members of these keywords are schemas, under names that the schema's author chose.
bool holds_named(std::string_view keyword) {
  return keyword == "properties" || keyword == "patternProperties" || keyword == "dependentSchemas" ||
         keyword == "$defs" || keyword == "definitions";
}

// The values of these keywords are data and no schemas, also where they look like one.
bool holds_values(std::string_view keyword) {
  return keyword == "enum" || keyword == "const" || keyword == "default" || keyword == "examples";
}

json::value accepted(const json::value& schema);

json::object each_accepted(const json::object& named) {
  json::object all;
  for (const auto& [name, schema] : named) all[name] = accepted(schema);
  return all;
}

json::object accepted_object(const json::object& schema) {
  json::object kept;
  for (const auto& [keyword, value] : schema) {
    if (is_refused(keyword)) continue;
    if (holds_values(keyword))
      kept[keyword] = value;
    else
      kept[keyword] = holds_named(keyword) && value.is_object() ? each_accepted(value.get_object()) : accepted(value);
  }
  if (text_in(schema, "type") == "object") kept["additionalProperties"] = false;
  return kept;
}

json::value accepted(const json::value& schema) {
  if (const auto* object = schema.if_object()) return accepted_object(*object);
  const auto* list = schema.if_array();
  if (!list) return schema;
  json::array all;
  for (const auto& element : *list) all.push_back(accepted(element));
  return all;
}

}  // namespace

// "JSON Schema limitations" and "Schema complexity limits" there: 24 optional properties, 16 unions.
bool takes_schema(const json::object& schema) {
  static constexpr std::array<std::string_view, 26> taken{"type",
                                                          "properties",
                                                          "required",
                                                          "additionalProperties",
                                                          "items",
                                                          "enum",
                                                          "const",
                                                          "anyOf",
                                                          "$ref",
                                                          "$defs",
                                                          "format",
                                                          "description",
                                                          "title",
                                                          "default",
                                                          "definitions",
                                                          "minimum",
                                                          "maximum",
                                                          "exclusiveMinimum",
                                                          "exclusiveMaximum",
                                                          "multipleOf",
                                                          "minItems",
                                                          "maxItems",
                                                          "minLength",
                                                          "maxLength",
                                                          "uniqueItems",
                                                          "minProperties"};
  static constexpr std::array<std::string_view, 10> formats{"date-time", "time", "date", "duration", "email",
                                                            "hostname",  "uri",  "ipv4", "ipv6",     "uuid"};
  return keeps_to(schema, {.keywords = taken, .formats = formats, .most_optional = 24, .most_unions = 16});
}

json::object output_format(const json::object& schema) {
  return {{"type", "json_schema"}, {"schema", accepted_object(schema)}};
}

}  // namespace executus::llm::anthropic
