#include "llm/structured/answer_schema.hpp"

#include <algorithm>
#include <string_view>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

namespace executus::llm {
namespace json = boost::json;
namespace {

void require_fields(json::value& schema);

void require_fields_of_each(json::value* schemas) {
  if (schemas == nullptr) return;
  if (schemas->is_array())
    for (auto& schema : schemas->get_array()) require_fields(schema);
  if (schemas->is_object())
    for (auto& member : schemas->get_object()) require_fields(member.value());
}

bool may_be_null(const json::value& schema) {
  // A reference is not followed: what it leads to may not be null.
  return !(schema.is_object() && schema.get_object().contains("$ref")) && validate(schema, nullptr).empty();
}

void require_nullable_fields(json::object& schema) {
  const auto* properties = schema.if_contains("properties");
  if (!properties || !properties->is_object()) return;
  json::array required;
  if (const auto* names = schema.if_contains("required"); names && names->is_array()) required = names->get_array();
  for (const auto& [name, field] : properties->get_object())
    if (std::ranges::find(required, json::value(name)) == required.end() && may_be_null(field))
      required.push_back(json::value(name));
  schema["required"] = std::move(required);
}

// Depth is bounded by the nesting of the schema, which check_schema has accepted.
void require_fields(json::value& schema) {
  if (!schema.is_object()) return;
  auto& object = schema.get_object();
  for (std::string_view keyword :
       {"properties", "patternProperties", "$defs", "definitions", "anyOf", "allOf", "prefixItems"})
    require_fields_of_each(object.if_contains(keyword));
  for (std::string_view keyword : {"items", "additionalProperties"})
    if (auto* inner = object.if_contains(keyword)) require_fields(*inner);
  require_nullable_fields(object);
}

bool has_one_of(const json::value& schema) {
  if (const auto* list = schema.if_array()) return std::ranges::any_of(*list, has_one_of);
  const auto* object = schema.if_object();
  return object && (object->contains("oneOf") ||
                    std::ranges::any_of(*object, [](const auto& member) { return has_one_of(member.value()); }));
}

}  // namespace

// Of alternatives that became stricter, fewer fit: what fitted two of oneOf, and so the whole not, might fit one.
json::object with_fields_required(json::object schema) {
  json::value whole(std::move(schema));
  if (!has_one_of(whole)) require_fields(whole);
  return std::move(whole.get_object());
}

std::string schema_instructions(const json::object& schema) {
  return "Answer with one JSON value that fits this JSON Schema, and with nothing else: no text before or after it, no "
         "code fence.\n" +
         write_json(schema);
}

std::string repair_message(std::span<const std::string> findings, const json::object* schema) {
  std::string text = "This answer cannot be used:\n";
  for (const auto& finding : findings) text += "- " + finding + "\n";
  text += "Answer again, whole and corrected. ";
  text += schema ? schema_instructions(*schema) : "Only the JSON value, as the instructions say.";
  return text;
}

}  // namespace executus::llm
