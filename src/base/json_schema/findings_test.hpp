// Schemas and values as text, for tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

namespace executus {

inline std::vector<std::string> findings(std::string_view schema, std::string_view instance) {
  return validate(parse_json(schema).value(), parse_json(instance).value());
}

inline std::string schema_failure(std::string_view schema) {
  auto error = check_schema(parse_json(schema).value());
  return error ? error->message() : "no error";
}

inline constexpr char order_schema[] = R"({
  "type": "object",
  "properties": {"items": {"type": "array", "items": {
    "type": "object", "properties": {"amount": {"type": "integer", "minimum": 1}}, "required": ["amount"],
    "additionalProperties": false}}},
  "required": ["items"], "additionalProperties": false})";

}  // namespace executus
