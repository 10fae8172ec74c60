#include "llm/google/answer_schema.hpp"

#include <array>
#include <string_view>

#include "llm/structured/schema_part.hpp"

namespace executus::llm::google {

bool takes_schema(const boost::json::object& schema) {
  static constexpr std::array<std::string_view, 18> taken{
      "type",  "properties", "required", "additionalProperties", "items", "prefixItems", "enum",     "anyOf",
      "$ref",  "$defs",      "format",   "description",          "title", "minItems",    "maxItems", "minimum",
      "oneOf", "maximum"};
  return keeps_to(
      schema, {.keywords = taken, .maps = SchemaPart::Maps::taken, .choices = SchemaPart::Choices::texts_and_numbers});
}

}  // namespace executus::llm::google
